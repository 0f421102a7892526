import type { Logger } from '@bakerst/kit';
import type { UserChanges } from '../events/ports.ts';
import type { Metrics } from '../metrics/ports.ts';
import type { Job } from './job.ts';
import type { JobNotes } from './job-notes.ts';
import type { JobRelay } from './job-relay.ts';
import { toJobEvent } from './job-view.ts';
import type { JobWaiter } from './job-waiter.ts';
import type { JobMove } from './ports.ts';

export interface MoveJobDeps {
  readonly notes: JobNotes;
  readonly waiter: JobWaiter;
  readonly relay: JobRelay;
  readonly changes: UserChanges;
  /** A run that waited for the outcome of a job goes on: it is to be taken up. */
  readonly resumeRuns: () => void;
  readonly metrics: Pick<Metrics, 'jobEnded'>;
  readonly log: Logger;
}

/** What follows in this process from a job's having moved: waiters are told, others get their turn, the next attempt is sent. */
export function followMove(deps: MoveJobDeps, move: JobMove): void {
  const { job, kind, waitMs, hasReopened } = move;
  const { notes, waiter, relay, changes, log } = deps;
  const fields = { jobId: job.id, attempt: job.attempt, requestId: job.requestId };
  changes.tell(job.tenant, toJobEvent(job));
  if (hasReopened) deps.resumeRuns();
  if (kind === 'begun' || kind === 'kept') return;
  notes.forget(job.id);
  if (kind === 'requeued') {
    log.info({ ...fields, failures: job.failures, waitMs }, 'job waits for its next attempt');
    // Not by itself: one that begins anew may have to wait for those that it stands behind now.
    if (waitMs === 0) relay.sweepSoon();
    else relay.sweepIn(waitMs + 1);
    return;
  }
  deps.metrics.jobEnded(job);
  if (job.status === 'dead' || job.status === 'interrupted')
    log.warn(
      { ...fields, status: job.status, code: job.error?.code },
      'job ended without an answer',
    );
  waiter.notify(job.id);
  relay.relayNextAfter(job);
}

/** The same for jobs that ended because their run was halted. */
export function followHaltedJobs(deps: MoveJobDeps, jobs: readonly Job[]): void {
  for (const job of jobs) followMove(deps, { job, kind: 'ended', waitMs: 0, hasReopened: false });
}
