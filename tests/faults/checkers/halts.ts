import type { Dump } from '../harness/dump.ts';
import type { SilentCall } from '../harness/silent-server.ts';
import type { BegunExecution } from './jobs.ts';

/** What is known of a halted system; `halts`: when the halt of a run was answered, in epoch ms. */
export interface HaltedSystem {
  readonly dump: Dump;
  readonly halts: ReadonlyMap<unknown, number>;
  readonly executions: readonly BegunExecution[];
  /** When workers were done with jobs. */
  readonly finished: ReadonlyMap<string, number>;
  readonly calls: readonly SilentCall[];
}

/** A job that was posted so shortly before is on its way to a worker, and the halt behind it (FRESH_MS of workers). */
const UNDER_WAY_MS = 500;

/** What runs began after their halt was answered. */
export function startedAfterHalt({ dump, halts, executions, calls }: HaltedSystem) {
  const runOf = runsOfJobs(dump);
  const postedAt = new Map(dump.jobs.map(({ id, created_at }) => [id, Number(created_at)]));
  const haltOf = (id: unknown): number => halts.get(id) ?? Number.POSITIVE_INFINITY;
  return {
    'tool call after the halt was answered': dump.steps
      .filter(({ run_id, type, at }) => type === 'tool_called' && Number(at) > haltOf(run_id))
      .map(({ run_id, seq }) => `${run_id} step ${seq}`),
    'job posted after the halt was answered': dump.jobs
      .filter(({ run_id, created_at }) => Number(created_at) > haltOf(run_id))
      .map(({ id }) => id),
    'job begun by a worker after the halt was answered': executions
      .filter(({ jobId, at }) => at > haltOf(runOf.get(jobId)))
      .filter(({ jobId, at }) => at - (postedAt.get(jobId) ?? 0) > UNDER_WAY_MS)
      .map(({ jobId }) => jobId),
    'request after the halt of a job that no worker had begun': calls
      .filter(({ path, at }) => {
        const run = runOfCall(dump, path);
        const begun = executions.some(({ jobId }) => runOf.get(jobId) === run);
        return at > haltOf(run) && !begun;
      })
      .map(({ path }) => path),
  };
}

/** From each halt's answer to the end of what was on, in ms; Infinity for what has not ended. Negative: it had before. */
export function timesToEnd({ dump, halts, executions, finished, calls }: HaltedSystem) {
  const runOf = runsOfJobs(dump);
  const since = (run: unknown, at: number | undefined): number =>
    (at ?? Number.POSITIVE_INFINITY) - (halts.get(run) ?? Number.POSITIVE_INFINITY);
  return {
    runs: dump.runs
      .filter(({ id }) => halts.has(id))
      .map(({ id, finished_at }) => since(id, finished_at ? Number(finished_at) : undefined)),
    jobs: executions
      .filter(({ jobId }) => halts.has(runOf.get(jobId)))
      .map(({ jobId }) => since(runOf.get(jobId), finished.get(jobId))),
    requests: calls
      .filter(({ path }) => halts.has(runOfCall(dump, path)))
      .map(({ path, endedAt }) => since(runOfCall(dump, path), endedAt)),
  };
}

function runsOfJobs({ jobs }: Dump): ReadonlyMap<unknown, unknown> {
  return new Map(jobs.map(({ id, run_id }) => [id, run_id]));
}

/** Each request names, by its path, the run that made it. */
function runOfCall({ jobs }: Dump, path: string): unknown {
  return jobs.find(({ body }) => String(body).includes(`${path}"`))?.['run_id'];
}
