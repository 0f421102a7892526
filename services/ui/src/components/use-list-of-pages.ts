import { useInfiniteQuery } from '@tanstack/react-query';

interface Page<T> {
  readonly data: readonly T[];
  readonly next_cursor: string | null;
}

interface PagesOptions<T> {
  readonly key: readonly unknown[];
  /** False: there is nothing to be read, and the list is empty. */
  readonly isEnabled?: boolean;
  /** The key follows what is typed: what was found stays until something else is. */
  readonly isTyped?: boolean;
  /** It is read again each time so much has passed: of what no event tells. */
  readonly everyMs?: number;
  /** Reads the first page, or the one behind a cursor. */
  readonly read: (query: { readonly cursor?: string }, signal: AbortSignal) => Promise<Page<T>>;
}

export interface ListOfPages<T> {
  /** What was read so far. */
  readonly all: readonly T[];
  readonly isPending: boolean;
  readonly isSuccess: boolean;
  readonly isError: boolean;
  readonly error: unknown;
  readonly hasNextPage: boolean;
  refetch(): Promise<unknown>;
  fetchNextPage(): Promise<unknown>;
}

/** A list that is read page by page. */
export function useListOfPages<T>({
  key,
  isEnabled = true,
  isTyped = false,
  everyMs,
  read,
}: PagesOptions<T>): ListOfPages<T> {
  const list = useInfiniteQuery({
    queryKey: key,
    enabled: isEnabled,
    refetchInterval: everyMs ?? false,
    queryFn: ({ pageParam, signal }) => read(pageParam === '' ? {} : { cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: (before) => (isEnabled && isTyped ? before : undefined),
  });
  return {
    ...list,
    isPending: list.isPending && isEnabled,
    all: list.data?.pages.flatMap(({ data }) => data) ?? [],
  };
}
