import type { UserChanges } from '../events/ports.ts';
import type { JobRelay } from '../jobs/job-relay.ts';
import { toJobEvent } from '../jobs/job-view.ts';
import { toRunChange } from '../runs/run-change.ts';
import type { FiredWork, TellFired } from './ports.ts';

interface TellFiredDeps {
  readonly relay: Pick<JobRelay, 'sweepSoon'>;
  /** Takes up runs that wait. */
  readonly wakeRuns: () => void;
  readonly changes: UserChanges;
}

/** Takes up what was set off, and tells the readers of its users. */
export function createTellFired({ relay, wakeRuns, changes }: TellFiredDeps): TellFired {
  return (works) => {
    for (const work of works) tellOne(changes, work);
    if (works.some(({ job }) => job !== undefined)) relay.sweepSoon();
    if (works.some(({ run }) => run !== undefined)) wakeRuns();
  };
}

function tellOne(changes: UserChanges, { tenant, source, run, job, opened }: FiredWork): void {
  changes.tell(
    tenant,
    source.kind === 'schedule'
      ? { type: 'schedule', schedule_id: source.id }
      : { type: 'trigger', trigger_id: source.id },
  );
  if (opened !== undefined) changes.tell(tenant, { type: 'conversation', conversation_id: opened });
  if (run !== undefined) changes.tell(tenant, toRunChange(run, 'queued'));
  if (job !== undefined) changes.tell(tenant, toJobEvent(job));
}
