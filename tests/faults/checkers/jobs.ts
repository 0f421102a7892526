import type { Dump } from '../harness/dump.ts';
import { answersOf, type HistoryEvent } from '../harness/history.ts';

const TERMINAL: ReadonlySet<unknown> = new Set([
  'completed',
  'failed',
  'interrupted',
  'halted',
  'dead',
]);

/** Ids of jobs that a client was told of by a 2xx. */
export function acceptedJobs(events: readonly HistoryEvent[]): ReadonlySet<string> {
  const ids = answersOf(events)
    .filter(({ status, request }) => status === 202 && request.startsWith('job'))
    .map(({ body }) =>
      typeof body === 'object' && body !== null && 'id' in body ? body.id : undefined,
    )
    .filter((id) => typeof id === 'string');
  return new Set(ids);
}

/** What must be true of all jobs, whatever was done to the system. */
export function checkJobs(
  events: readonly HistoryEvent[],
  dump: Dump,
): Readonly<Record<string, readonly unknown[]>> {
  return {
    'accepted job is not there': lostJobs(events, dump),
    'job that never ended': unfinishedJobs(dump),
  };
}

/** Accepted jobs that are not there. */
export function lostJobs(events: readonly HistoryEvent[], { jobs }: Dump): readonly string[] {
  const known = new Set(jobs.map(({ id }) => id));
  return [...acceptedJobs(events)].filter((id) => !known.has(id));
}

export function unfinishedJobs({ jobs }: Dump): readonly unknown[] {
  return jobs
    .filter(({ status }) => !TERMINAL.has(status))
    .map(({ id, status, attempt }) => `${id} ${status} ${attempt}`);
}

/** Jobs that ended otherwise than as they should. */
export function jobsNot(wanted: string, { jobs }: Dump): readonly unknown[] {
  return jobs
    .filter(({ status }) => status !== wanted)
    .map(({ id, status, error_code }) => `${id} ${status} ${error_code}`);
}

/** What a job's worker told of itself, by NATS: one entry for each attempt that was begun. */
export interface Execution {
  readonly jobId: string;
  readonly attempt: number;
  readonly workerId: string;
  /** Epoch ms, by the worker. */
  readonly at: number;
}

/** Executions beyond the first of each job. */
export function repeatedExecutions(executions: readonly Execution[]): readonly string[] {
  const seen = new Set<string>();
  return executions.map(({ jobId }) => jobId).filter((id) => seen.size === seen.add(id).size);
}
