import type { FiringView } from '@bakerst/contracts/schedules';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { formatShortTime, formatTime } from '../components/format.ts';
import { Empty } from '../components/states.tsx';
import { texts } from '../texts/index.ts';

interface FiringListProps<T extends FiringView> {
  readonly firings: readonly T[];
  /** What can be done with one. */
  readonly actions?: (firing: T) => ReactNode;
}

/** What became of each time that something was to fire, newest first. */
export function FiringList<T extends FiringView>({ firings, actions }: FiringListProps<T>) {
  if (firings.length === 0) return <Empty>{texts.firing.none}</Empty>;
  return (
    <ol className="mt-2 divide-y divide-line border-s-2 border-line ps-3 text-sm">
      {firings.map((firing) => (
        <li key={firing.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1.5">
          <time
            dateTime={firing.scheduled_at ?? firing.at}
            title={formatTime(firing.scheduled_at ?? firing.at)}
            className="text-soft"
          >
            {formatShortTime(firing.scheduled_at ?? firing.at)}
          </time>
          <span className="grow">
            {texts.firing.status[firing.status]}
            {firing.count > 1 && ` (${texts.firing.many(firing.count)})`}
            {firing.outcome !== null && ` · ${firing.outcome}`}
            {firing.reason !== null && ` · ${firing.reason}`}
          </span>
          <Result firing={firing} />
          {actions?.(firing)}
        </li>
      ))}
    </ol>
  );
}

function Result({ firing }: { readonly firing: FiringView }) {
  const { conversation_id: talk, job_id: job } = firing;
  if (talk !== null)
    return (
      <Link to={`/chat/${talk}`} className="text-accent underline">
        {texts.firing.openConversation}
      </Link>
    );
  if (job === null) return null;
  return (
    <Link to={`/jobs/${job}`} className="text-accent underline">
      {texts.firing.openJob}
    </Link>
  );
}
