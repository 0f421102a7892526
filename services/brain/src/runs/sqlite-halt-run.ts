import type { RunId } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import type { Job } from '../jobs/job.ts';
import { HALT_JOB, toJob, UNFINISHED } from '../jobs/sqlite-job-rows.ts';
import { RUN_COLUMNS } from './sqlite-run-rows.ts';

/**
 * Prepares what is done, inside a transaction, to the jobs of a run that is halted: no call of it begins any more. The
 * function gives the jobs that ended by that.
 */
export function prepareHaltJobs(db: Database): (runId: RunId, now: number) => readonly Job[] {
  const halt = db.prepare(`${HALT_JOB} WHERE run_id = @runId AND ${UNFINISHED} RETURNING *`);
  return (runId, now) => halt.all({ runId, now, why: 'the run was halted' }).map(toJob);
}

/** SQL: the run must not go on. */
export const HALT_RUN =
  'UPDATE run SET halt_requested_at = coalesce(halt_requested_at, ?) WHERE id = ?';

/** SQL that ends a run which has not begun. */
export const HALT_QUEUED = `UPDATE run SET status = 'halted', finished_at = ?, responses = '["Stopped."]',
    notice_code = 'HALTED', notice_message = 'Stopped.'
  WHERE id = ? RETURNING ${RUN_COLUMNS}`;
