import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { PageColumn, PageFrame } from './page-frame.tsx';
import { PagedList } from './paged-list.tsx';
import type { ListOfPages } from './use-list-of-pages.ts';

interface CollectionPageProps<T> {
  readonly title: string;
  /** Name of the button that opens the form. */
  readonly create: string;
  readonly none: string;
  readonly list: ListOfPages<T>;
  readonly form: (close: () => void) => ReactNode;
  readonly children: (each: T) => ReactNode;
}

/** A page of things of one kind, where one more can be made. */
export function CollectionPage<T>({ form, list, ...props }: CollectionPageProps<T>) {
  const [isOpen, setOpen] = useState(false);
  return (
    <PageFrame
      title={props.title}
      actions={
        <Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {props.create}
        </Button>
      }
    >
      <PageColumn>
        {isOpen && form(() => setOpen(false))}
        <PagedList list={list} none={props.none}>
          {props.children}
        </PagedList>
      </PageColumn>
    </PageFrame>
  );
}
