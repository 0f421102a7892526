import { RunId, type Tenant } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { SqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import { ENSURE_USER } from '../principals/sqlite-ensure-user.ts';
import type { RunStarter, WaitingMessage } from './ports.ts';
import type { Run } from './run.ts';
import {
  INSERT_CONVERSATION,
  INSERT_MESSAGE,
  INSERT_STEP,
  insertStep,
  NEXT_MESSAGE_SEQ,
  RUN_COLUMNS,
  toRun,
} from './sqlite-run-rows.ts';
import type { RunStoreDeps } from './sqlite-run-store.ts';

/** Messages of one user that may wait (design section 4). */
const MAX_WAITING = 50;

/** The part of the run starter by which messages wait for the user's lock. */
export function createMessageQueue(
  { db, writer, clock }: RunStoreDeps,
  keys: SqliteKeyStore,
): Pick<RunStarter, 'countWaiting' | 'enqueue'> {
  const sql = prepareStatements(db);
  return {
    countWaiting: () => z.int().parse(sql.countAll.get()),
    enqueue: (tenant, waiting) =>
      writer.write(() => enqueue({ sql, keys }, { tenant, waiting, now: clock.now() })),
  };
}

function prepareStatements(db: Database) {
  return {
    count: db.prepare(`SELECT count(*) FROM run WHERE lock_key = ? AND status = 'queued'`).pluck(),
    running: db
      .prepare(
        `SELECT id FROM run WHERE lock_key = ? AND status IN ('running', 'waiting')
         ORDER BY seq LIMIT 1`,
      )
      .pluck(),
    ensureUser: db.prepare(ENSURE_USER),
    countAll: db.prepare(`SELECT count(*) FROM run WHERE status = 'queued'`).pluck(),
    addConversation: db.prepare(INSERT_CONVERSATION),
    nextSeq: db.prepare(NEXT_MESSAGE_SEQ).pluck(),
    addMessage: db.prepare(INSERT_MESSAGE),
    addStep: db.prepare(INSERT_STEP),
    addRun: db.prepare(
      `INSERT INTO run (id, org_id, user_id, conversation_id, message_seq, lock_key, status, takeover,
         request_id, steers, created_at)
       VALUES (@runId, @org, @user, @conversationId, @messageSeq, @lockKey, 'queued', 0,
         @requestId, @steers, @now) RETURNING ${RUN_COLUMNS}`,
    ),
    halt: db.prepare(
      'UPDATE run SET halt_requested_at = coalesce(halt_requested_at, ?) WHERE id = ?',
    ),
    haltJobs: db.prepare(
      `UPDATE job SET status = 'halted', finished_at = ?, error_code = 'HALTED', error_message = 'the run was halted'
       WHERE run_id = ? AND status IN ('queued', 'dispatched', 'received', 'running')`,
    ),
  };
}

interface Enqueuing {
  readonly sql: ReturnType<typeof prepareStatements>;
  readonly keys: SqliteKeyStore;
}

interface Waiting {
  readonly tenant: Tenant;
  readonly waiting: WaitingMessage;
  readonly now: number;
}

function enqueue(
  { sql, keys }: Enqueuing,
  { tenant, waiting, now }: Waiting,
): { readonly run: Run; readonly halted: RunId | undefined } {
  const { runId, lockKey, conversationId, onBusy } = waiting;
  if (z.int().parse(sql.count.get(lockKey)) >= MAX_WAITING) throw tooManyWait();
  if (waiting.opensDefault) sql.ensureUser.run({ ...tenant, now });
  if (waiting.idempotency !== undefined) keys.remember(tenant, waiting.idempotency, runId);
  const running = RunId.optional().parse(sql.running.get(lockKey));
  if (waiting.opensDefault) sql.addConversation.run({ id: conversationId, ...tenant, now });
  const messageSeq = z.int().parse(sql.nextSeq.get(now, conversationId));
  const place = { runId, conversationId, messageSeq, now };
  const steers = onBusy === 'steer' ? (running ?? null) : null;
  const row = sql.addRun.get({
    ...place,
    ...tenant,
    lockKey,
    steers,
    requestId: waiting.requestId,
  });
  sql.addMessage.run({ ...place, message: waiting.message });
  const accepted = { type: 'message_accepted', messageSeq } as const;
  insertStep(sql.addStep, { runId, step: accepted, at: now, takeover: 0, eventN: 0 });
  const halted = onBusy === 'interrupt' ? running : undefined;
  if (halted !== undefined) {
    sql.halt.run(now, halted);
    sql.haltJobs.run(now, halted);
  }
  return { run: toRun(row), halted };
}

function tooManyWait(): AppError {
  return new AppError(
    'QUEUE_DEPTH_EXCEEDED',
    `${MAX_WAITING} messages wait already; let some of them be answered first`,
    { reason: 'QUEUE_DEPTH_EXCEEDED', retryAfterMs: 5_000 },
  );
}
