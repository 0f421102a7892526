import { ArrowLeft } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { Link } from 'react-router';
import { texts } from '../texts/index.ts';

interface PageFrameProps {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page besides the chat: its title, what can be done with all of it, and its content. */
export function PageFrame({ title, actions, children }: PageFrameProps) {
  useEffect(() => {
    document.title = `${title} · ${texts.name}`;
  }, [title]);
  return (
    <div className="flex h-full flex-col">
      <header className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2">
        <h1 className="grow text-lg font-semibold">{title}</h1>
        {actions}
      </header>
      <div className="min-h-0 grow">{children}</div>
    </div>
  );
}

/** Content that scrolls, no wider than can be read. */
export function PageColumn({ children }: Pick<PageFrameProps, 'children'>) {
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto max-w-3xl p-4">{children}</div>
    </div>
  );
}

interface SplitPageProps {
  readonly list: ReactNode;
  readonly detail: ReactNode;
  readonly isDetailOpen: boolean;
  /** The list alone, for a window that has no room for both. */
  readonly backTo: string;
}

/** A list with one of its things beside it; on a phone one or the other. */
export function SplitPage({ list, detail, isDetailOpen, backTo }: SplitPageProps) {
  return (
    <div className="flex h-full">
      <div
        className={`h-full w-full overflow-y-auto ${isDetailOpen ? 'hidden md:block md:w-96 md:shrink-0 md:border-e md:border-line' : 'mx-auto max-w-3xl'}`}
      >
        {list}
      </div>
      {isDetailOpen && (
        <div className="h-full min-w-0 grow overflow-y-auto p-4">
          <Link
            to={backTo}
            className="mb-3 inline-flex min-h-9 items-center gap-1 text-sm text-soft hover:text-ink md:hidden"
          >
            <ArrowLeft size={15} aria-hidden className="rtl:rotate-180" /> {texts.back}
          </Link>
          {detail}
        </div>
      )}
    </div>
  );
}
