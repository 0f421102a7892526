import type { Dump } from '../harness/dump.ts';
import { answersOf, type HistoryEvent } from '../harness/history.ts';

const FINISHED = /"jobId":"([^"]+)".*"job finished"/;

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

export function unfinishedJobs({ jobs }: Pick<Dump, 'jobs'>): readonly unknown[] {
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
}

/** `at`: when its worker began to execute it, in epoch ms. */
export interface BegunExecution extends Execution {
  readonly at: number;
}

/** When workers were done with jobs, whatever came of these, by the ids of the jobs; epoch ms. */
export function finishTimes(events: readonly HistoryEvent[]): ReadonlyMap<string, number> {
  const times = events.flatMap((event) => {
    const id = event.type === 'log' && FINISHED.exec(event.line)?.[1];
    return id ? [[id, event.at] as const] : [];
  });
  return new Map(times);
}

/** Executions beyond the first of each job. */
export function repeatedExecutions(executions: readonly Execution[]): readonly string[] {
  const seen = new Set<string>();
  return executions.map(({ jobId }) => jobId).filter((id) => seen.size === seen.add(id).size);
}

/** What the workers told; a worker may be killed between the leave to begin and its word that it has. */
export interface Told {
  readonly executions: readonly Execution[];
  readonly asks: readonly Execution[];
}

/** Jobs that cannot have been begun as often as they should have been: more tell of it, or fewer asked. */
export function executionsOtherThan(
  wanted: number,
  jobs: Dump['jobs'],
  { executions, asks }: Told,
): readonly string[] {
  const begun = countByJob(executions);
  const asked = countByJob(asks);
  return jobs
    .map(({ id, failures, losses, attempt }) => {
      const least = begun.get(String(id)) ?? 0;
      // Those that may be begun any number of times do not ask.
      const most = Math.max(least, asked.get(String(id)) ?? 0);
      const text = `${id} begun ${least} of ${most}, row ${failures}/${losses}/${attempt}`;
      return { text, fits: least <= wanted && wanted <= most };
    })
    .filter(({ fits }) => !fits)
    .map(({ text }) => text);
}

function countByJob(executions: readonly Execution[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { jobId } of executions) counts.set(jobId, (counts.get(jobId) ?? 0) + 1);
  return counts;
}
