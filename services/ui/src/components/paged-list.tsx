import type { ReactNode } from 'react';
import { texts } from '../texts/index.ts';
import { Button } from './button.tsx';
import { Empty, Failure, Loading } from './states.tsx';
import type { ListOfPages } from './use-list-of-pages.ts';

interface PagedListProps<T> {
  readonly list: ListOfPages<T>;
  /** Said when there is nothing. */
  readonly none: ReactNode;
  readonly className?: string;
  readonly children: (each: T) => ReactNode;
}

/** What was read of a list so far, and a way to more. */
export function PagedList<T>({
  list,
  none,
  className = 'divide-y divide-line',
  children,
}: PagedListProps<T>) {
  return (
    <>
      {list.isPending && <Loading />}
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {!list.isPending && !list.isError && list.all.length === 0 && <Empty>{none}</Empty>}
      {list.all.length > 0 && <ul className={className}>{list.all.map(children)}</ul>}
      <MoreButton list={list} />
    </>
  );
}

/** The way to more of a list, if there is more. */
export function MoreButton<T>({ list }: Pick<PagedListProps<T>, 'list'>) {
  if (!list.hasNextPage) return null;
  return (
    <Button look="quiet" className="w-full" onClick={() => void list.fetchNextPage()}>
      {texts.more}
    </Button>
  );
}
