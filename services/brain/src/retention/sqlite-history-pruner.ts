import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Writer } from '../storage/group-commit.ts';
import type { HistoryPruner } from './ports.ts';

interface PrunerDeps {
  readonly db: Database;
  readonly writer: Writer;
}

const Ids = z.array(z.string());

export function createSqliteHistoryPruner({ db, writer }: PrunerDeps): HistoryPruner {
  const oldRuns = db
    .prepare('SELECT id FROM run WHERE finished_at < ? AND pruned_at IS NULL ORDER BY seq LIMIT ?')
    .pluck();
  const dropSteps = db.prepare('DELETE FROM run_step WHERE run_id = ?');
  const dropJobs = db.prepare('DELETE FROM job WHERE run_id = ?');
  const mark = db.prepare('UPDATE run SET pruned_at = finished_at WHERE id = ?');
  const oldJobs = db
    .prepare('SELECT id FROM job WHERE finished_at < ? AND run_id IS NULL ORDER BY seq LIMIT ?')
    .pluck();
  const dropJob = db.prepare('DELETE FROM job WHERE id = ?');
  const dropBodies = db.prepare(
    `DELETE FROM body WHERE hash NOT IN (
       SELECT named.value FROM run_step, json_tree(run_step.payload) named
       WHERE run_step.type = 'turn_started' AND named.type = 'text')`,
  );
  return {
    pruneRuns: (before, limit) =>
      writer.write(() => {
        const ids = Ids.parse(oldRuns.all(before, limit));
        for (const id of ids) {
          dropSteps.run(id);
          dropJobs.run(id);
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
    pruneBodies: async () => {
      await writer.write(() => dropBodies.run());
    },
  };
}
