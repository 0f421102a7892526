import type { Database } from 'better-sqlite3';
import type { Job } from './job.ts';

/** Ends after which the code of a job never runs again. */
const FINAL: ReadonlySet<Job['status']> = new Set(['completed', 'failed', 'halted']);

/** Prepares what drops the answers that the tools gave to code, once no further attempt will be handed them. */
export function prepareDropAnswers(db: Database): (job: Job) => void {
  const drop = db.prepare(
    'UPDATE tool_call SET result = NULL WHERE job_id = ? AND result IS NOT NULL',
  );
  return ({ id, spec, status }) => {
    if (spec.type === 'code' && FINAL.has(status)) drop.run(id);
  };
}
