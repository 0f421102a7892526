import { z } from 'zod';
import { UNFINISHED } from '../jobs/sqlite-job-rows.ts';
import type { StoreDeps } from '../storage/store-deps.ts';
import type { HistoryPruner } from './ports.ts';
import { createBodyPruner } from './sqlite-body-pruner.ts';
import { createDeliveryPruner } from './sqlite-delivery-pruner.ts';

const Ids = z.array(z.string());

/** SQL: the job is still worked on, or waits for a person. Of one that a restore has ended nobody asks anything. */
const OPEN = `(${UNFINISHED} OR (status = 'interrupted' AND error_code IS NOT 'RESTORED')
  OR (status = 'dead' AND dismissed_at IS NULL))`;

export function createSqliteHistoryPruner({ db, writer, clock }: StoreDeps): HistoryPruner {
  const oldRuns = db
    .prepare(
      `SELECT id FROM run
       WHERE finished_at < ? AND pruned_at IS NULL AND NOT EXISTS (
         SELECT 1 FROM job WHERE job.run_id = run.id AND ${OPEN})
       ORDER BY finished_at LIMIT ?`,
    )
    .pluck();
  const dropSteps = db.prepare('DELETE FROM run_step WHERE run_id = ?');
  const dropJobs = db.prepare('DELETE FROM job WHERE run_id = ?');
  const dropCallback = db.prepare('DELETE FROM callback WHERE run_id = ?');
  const mark = db.prepare('UPDATE run SET pruned_at = finished_at WHERE id = ?');
  const oldJobs = db
    .prepare(
      `SELECT id FROM job
       WHERE finished_at < ? AND run_id IS NULL AND NOT ${OPEN} ORDER BY finished_at LIMIT ?`,
    )
    .pluck();
  const dropJob = db.prepare('DELETE FROM job WHERE id = ?');
  return {
    pruneRuns: (before, limit) =>
      writer.write(() => {
        const ids = Ids.parse(oldRuns.all(before, limit));
        for (const id of ids) {
          dropSteps.run(id);
          dropJobs.run(id);
          dropCallback.run(id);
          mark.run(id);
        }
        return ids.length;
      }),
    pruneJobs: (before, limit) =>
      writer.write(() => {
        const ids = Ids.parse(oldJobs.all(before, limit));
        for (const id of ids) dropJob.run(id);
        return ids.length;
      }),
    ...createDeliveryPruner({ db, writer, clock }),
    ...createBodyPruner({ db, writer }),
  };
}
