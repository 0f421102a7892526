import { useInfiniteQuery } from '@tanstack/react-query';

interface Page<T> {
  readonly data: readonly T[];
  readonly next_cursor: string | null;
}

interface PagesOptions<T> {
  readonly key: readonly unknown[];
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

/** A list that is read page by page; what was there stays until something else is. */
export function useListOfPages<T>({ key, read }: PagesOptions<T>): ListOfPages<T> {
  const list = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => read(pageParam === '' ? {} : { cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: (before) => before,
  });
  return { ...list, all: list.data?.pages.flatMap(({ data }) => data) ?? [] };
}
