import type { ReactNode } from 'react';
import { texts } from '../texts/index.ts';
import { Button } from './button.tsx';
import { Empty, Failure, Loading } from './states.tsx';
import type { ListOfPages } from './use-list-of-pages.ts';

interface PagedListProps<T> {
  readonly list: ListOfPages<T>;
  /** Said when there is nothing. */
  readonly none: ReactNode;
  readonly children: (each: T) => ReactNode;
}

/** What was read of a list so far, and a way to more. */
export function PagedList<T>({ list, none, children }: PagedListProps<T>) {
  return (
    <>
      {list.isPending && <Loading />}
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && list.all.length === 0 && <Empty>{none}</Empty>}
      <ul className="divide-y divide-line">{list.all.map(children)}</ul>
      {list.hasNextPage && (
        <Button look="quiet" className="w-full" onClick={() => void list.fetchNextPage()}>
          {texts.more}
        </Button>
      )}
    </>
  );
}
