import type { RunId } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import type { Job } from '../jobs/job.ts';
import { HALT_JOB, toJob, UNFINISHED } from '../jobs/sqlite-job-rows.ts';

/**
 * Prepares what is done, inside a transaction, to the jobs of a run that is halted: no call of it begins any more. The
 * function gives the jobs that ended by that.
 */
export function prepareHaltJobs(db: Database): (runId: RunId, now: number) => readonly Job[] {
  const halt = db.prepare(`${HALT_JOB} WHERE run_id = @runId AND ${UNFINISHED} RETURNING *`);
  return (runId, now) => halt.all({ runId, now, why: 'the run was halted' }).map(toJob);
}
