import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { toJob, UNFINISHED as UNFINISHED_JOB } from '../jobs/sqlite-job-rows.ts';
import type { Run, RunEnd, StoredStep } from '../runs/run.ts';
import { prepareFinishRun } from '../runs/sqlite-finish-run.ts';
import {
  INSERT_STEP,
  insertStep,
  RUN_COLUMNS,
  toRun,
  toStoredStep,
  UNFINISHED,
} from '../runs/sqlite-run-rows.ts';
import type { StoreDeps } from '../storage/store-deps.ts';
import type { RestoredWorkStore } from './ports.ts';

const Takeover = z.int();

export function createSqliteRestoredWork(deps: StoreDeps): RestoredWorkStore {
  const { db, writer, clock } = deps;
  const sql = prepareStatements(db);
  return {
    endUnfinished: (toEnd) =>
      writer.write(() => {
        if (sql.isCopy.get() === undefined) return undefined;
        const now = clock.now();
        const runs = sql.runs.all().map(toRun);
        for (const run of runs) endRun(sql, { run, toEnd, now });
        const jobs = sql.endJobs.all(now).map(toJob);
        sql.callOffFirings.run();
        sql.skipMissed.run({ now });
        sql.revokeReplays.run({ now });
        sql.dropCallbacks.run();
        sql.failDeliveries.run({ now });
        sql.disconnectGateways.run();
        sql.forget.run();
        return { runs, jobs };
      }),
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: Database) {
  return {
    isCopy: db.prepare(`SELECT 1 FROM meta WHERE key = 'copied_at'`),
    // Streams and buckets are not those of this database's time: what is in them is not what it believes.
    forget: db.prepare(
      `DELETE FROM meta WHERE key IN ('copied_at', 'locks_created', 'jobs_created')`,
    ),
    // Whoever was to be called back has been, or has long stopped waiting.
    dropCallbacks: db.prepare('DELETE FROM callback'),
    // Whoever it was for has been told since, or knows better.
    failDeliveries: db.prepare(
      `UPDATE channel_delivery SET status = 'failed', error = 'RESTORED', withdrawn_at = @now,
         finished_at = @now WHERE status = 'open'`,
    ),
    disconnectGateways: db.prepare('UPDATE channel SET brain = NULL'),
    callOffFirings: db.prepare(
      `UPDATE firing SET status = 'cancelled', reason = 'RESTORED' WHERE status = 'waiting'`,
    ),
    revokeReplays: db.prepare('UPDATE event_trigger SET replay_since = @now'),
    skipMissed: db.prepare('UPDATE schedule SET skip_until = @now WHERE next_at <= @now'),
    runs: db.prepare(`SELECT ${RUN_COLUMNS} FROM run WHERE ${UNFINISHED} ORDER BY seq`),
    steps: db.prepare(
      'SELECT type, payload, at, takeover, event_n FROM run_step WHERE run_id = ? ORDER BY seq',
    ),
    takeOver: db
      .prepare('UPDATE run SET takeover = takeover + 1 WHERE id = ? RETURNING takeover')
      .pluck(),
    addStep: db.prepare(INSERT_STEP),
    finish: prepareFinishRun(db),
    endJobs: db.prepare(
      `UPDATE job SET status = 'interrupted', finished_at = ?, error_code = 'RESTORED',
         error_message = 'the system was restored from a backup that was made before this ended'
       WHERE ${UNFINISHED_JOB} RETURNING *`,
    ),
  };
}

interface Ending {
  readonly run: Run;
  readonly toEnd: (steps: readonly StoredStep[]) => RunEnd;
  readonly now: number;
}

function endRun(sql: Statements, { run: { id }, toEnd, now }: Ending): void {
  const end = toEnd(sql.steps.all(id).map(toStoredStep));
  const takeover = Takeover.parse(sql.takeOver.get(id));
  const noticeCode = end.notice?.code;
  const step = {
    type: 'finished',
    status: end.status,
    ...(noticeCode !== undefined && { noticeCode }),
  } as const;
  insertStep(sql.addStep, { runId: id, step, at: now, takeover, eventN: 0 });
  sql.finish(id, end, now);
}
