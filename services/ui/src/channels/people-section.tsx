import type { ReactNode } from 'react';
import { type Person, toName } from './people.ts';

interface PeopleSectionProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** People on channels who have something in common. */
export function PeopleSection({ title, children }: PeopleSectionProps) {
  return (
    <section aria-label={title} className="mt-6">
      <h2 className="text-sm font-medium text-soft">{title}</h2>
      {children}
    </section>
  );
}

/** Who somebody is, as the channel knows them. */
export function PersonHead({ person }: { readonly person: Person }) {
  const { id, username } = person;
  return (
    <div className="flex flex-wrap items-baseline gap-x-2">
      <h3 dir="auto" className="font-medium wrap-anywhere">
        {toName(person)}
      </h3>
      {username !== null && <span className="text-sm text-soft wrap-anywhere">@{username}</span>}
      <span className="font-mono text-xs break-all text-soft">{id}</span>
    </div>
  );
}
