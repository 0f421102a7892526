import { isTerminalRun, RunId } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { StoreDeps } from '../storage/store-deps.ts';
import { haltedError, suspendedError } from './active-run.ts';
import type { HaltedRun, RunStore, StepWrite } from './ports.ts';
import type { RunFence } from './run.ts';
import { createSqliteFence } from './sqlite-fence.ts';
import { prepareFinishRun } from './sqlite-finish-run.ts';
import { HALT_QUEUED, prepareHaltJobs } from './sqlite-halt-run.ts';
import { createMessageTaker } from './sqlite-message-taker.ts';
import {
  addBodies,
  INSERT_BODY,
  INSERT_STEP,
  insertStep,
  RUN_COLUMNS,
  SELECT_SUMMARY,
  toRun,
  toStoredStep,
  toSummary,
  UNFINISHED,
} from './sqlite-run-rows.ts';

export function createSqliteRunStore({ db, writer, clock }: StoreDeps): RunStore {
  const fence = createSqliteFence(db);
  const sql = prepareStatements(db);

  /** Stores a step, and with it what `also` does; a failure makes the writes of the run that follow fail too. */
  const writeStep = (held: RunFence, write: StepWrite, also: () => void): Promise<void> =>
    writer.write(() => {
      try {
        fence.check(held.lockKey, held.token);
        const { takeover, n } = write.reserve();
        addBodies(sql.addBody, write.bodies, clock.now());
        const row = { runId: held.runId, step: write.step, at: clock.now(), takeover, eventN: n };
        insertStep(sql.addStep, row);
        also();
      } catch (err) {
        write.failed();
        throw err;
      }
    }, write.committed);

  return {
    find(scope, id) {
      const row = sql.find.get({ id, org: scope.org, user: scope.user ?? null });
      return row === undefined ? undefined : toSummary(row);
    },
    listHeads: () => sql.heads.all().map(toRun),
    findHead(lockKey) {
      const row = sql.head.get(lockKey);
      return row === undefined ? undefined : toRun(row);
    },
    listSteps: (id) => sql.steps.all(id).map(toStoredStep),
    findBody: (hash) => z.string().parse(sql.body.get(hash)),
    takeOver: (held) =>
      writer.write(() => {
        fence.raise(held.lockKey, held.token);
        const row = sql.takeOver.get(held.runId);
        return row === undefined ? undefined : toRun(row);
      }),
    append: (held, write) =>
      writeStep(held, write, () => {
        const isCall = write.step.type === 'tool_called';
        if (isCall && sql.isHalted.get(held.runId) !== undefined) throw haltedError();
      }),
    finish: (held, end, write) =>
      writeStep(held, write, () => {
        // Nobody would ever come back to it: whoever has answered has found a run that was on.
        if (end.status === 'uncertain' && sql.hasQuestion.get(held.runId) === undefined)
          throw suspendedError('its question has been answered');
        sql.finishRun(held.runId, end, clock.now());
      }),
    requestHalt: (scope, id) =>
      writer.write(() => requestHalt(sql, { scope, id, now: clock.now() })),
    isHaltRequested: (id) => sql.isHalted.get(id) !== undefined,
    listHalting: () => sql.halting.all().map((id) => RunId.parse(id)),
    ...createMessageTaker({ db, writer, clock }, fence),
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: Database) {
  return {
    find: db.prepare(
      `${SELECT_SUMMARY} WHERE id = @id AND org_id = @org AND (@user IS NULL OR user_id = @user)`,
    ),
    heads: db.prepare(
      `SELECT ${RUN_COLUMNS}, min(seq) FROM run WHERE ${UNFINISHED} GROUP BY lock_key ORDER BY seq`,
    ),
    head: db.prepare(
      `SELECT ${RUN_COLUMNS} FROM run WHERE lock_key = ? AND ${UNFINISHED} ORDER BY seq LIMIT 1`,
    ),
    steps: db.prepare(
      'SELECT type, payload, at, takeover, event_n FROM run_step WHERE run_id = ? ORDER BY seq',
    ),
    body: db.prepare('SELECT content FROM body WHERE hash = ?').pluck(),
    addBody: db.prepare(INSERT_BODY),
    addStep: db.prepare(INSERT_STEP),
    takeOver: db.prepare(
      `UPDATE run SET takeover = takeover + 1, status = 'running'
       WHERE id = ? AND ${UNFINISHED} AND NOT EXISTS (
         SELECT 1 FROM run earlier WHERE earlier.lock_key = run.lock_key
           AND earlier.seq < run.seq AND earlier.${UNFINISHED})
       RETURNING ${RUN_COLUMNS}`,
    ),
    isHalted: db.prepare('SELECT 1 FROM run WHERE id = ? AND halt_requested_at IS NOT NULL'),
    halting: db
      .prepare(`SELECT id FROM run WHERE halt_requested_at IS NOT NULL AND ${UNFINISHED}`)
      .pluck(),
    hasQuestion: db.prepare(
      `SELECT 1 FROM job WHERE run_id = ? AND status = 'interrupted' LIMIT 1`,
    ),
    halt: db.prepare(
      `UPDATE run SET halt_requested_at = coalesce(halt_requested_at, @now)
       WHERE id = @id AND org_id = @org AND (@user IS NULL OR user_id = @user) RETURNING ${RUN_COLUMNS}`,
    ),
    haltJobs: prepareHaltJobs(db),
    haltQueued: db.prepare(HALT_QUEUED),
    finishRun: prepareFinishRun(db),
  };
}

interface HaltRequest {
  readonly scope: { readonly org: string; readonly user: string | undefined };
  readonly id: string;
  readonly now: number;
}

function requestHalt(sql: Statements, { scope, id, now }: HaltRequest): HaltedRun | undefined {
  const row = sql.halt.get({ id, org: scope.org, user: scope.user ?? null, now });
  if (row === undefined) return undefined;
  const run = toRun(row);
  if (isTerminalRun(run.status)) return { run, jobs: [] };
  const jobs = sql.haltJobs(run.id, now);
  if (run.status !== 'queued') return { run, jobs };
  return { run: toRun(sql.haltQueued.get(now, run.id)), jobs };
}
