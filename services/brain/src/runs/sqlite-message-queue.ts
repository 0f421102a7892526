import { ConversationId, RunId, type Tenant } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { prepareCarry } from '../attachments/sqlite-attachment-store.ts';
import { prepareAddCallback } from '../callbacks/sqlite-add-callback.ts';
import { prepareDeliverRun } from '../deliveries/sqlite-deliver-run.ts';
import type { SqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import { ENSURE_USER } from '../principals/sqlite-ensure-user.ts';
import type { EnqueuedMessage, RunStarter, WaitingMessage } from './ports.ts';
import { HALT_RUN, prepareHaltJobs } from './sqlite-halt-run.ts';
import {
  DEFAULT_CONVERSATION,
  INSERT_CONVERSATION,
  INSERT_MESSAGE,
  INSERT_STEP,
  insertStep,
  prepareNextPlace,
  RUN_COLUMNS,
  SELECT_RUNNING,
  toRun,
  toWantedRow,
  UNFINISHED,
  WANTED,
} from './sqlite-run-rows.ts';
import type { RunStoreDeps } from './sqlite-run-store.ts';

/** Messages of one user that may wait (design section 4). */
const MAX_WAITING = 50;

const RunningRow = z.object({ id: RunId, conversation_id: ConversationId });

/** The part of the run starter by which messages wait for the user's lock. */
export function createMessageQueue(
  { db, writer, clock }: RunStoreDeps,
  keys: SqliteKeyStore,
): Pick<RunStarter, 'countWaiting' | 'enqueue'> {
  const sql = prepareStatements(db);
  const countAll = db.prepare(COUNT_OF_PEOPLE).pluck();
  return {
    countWaiting: () => z.int().parse(countAll.get()),
    enqueue: (tenant, waiting) =>
      writer.write(() => enqueue({ sql, keys }, { tenant, waiting, now: clock.now() })),
  };
}

/** Messages of people that wait; what schedules and triggers have set off has a limit of its own. */
const COUNT_OF_PEOPLE = `SELECT count(*) FROM run WHERE status = 'queued' AND ${UNFINISHED}
  AND lock_key = org_id || '/' || user_id`;

/** Prepares what stores, inside a transaction, a message that waits for its turn. */
export function prepareEnqueue(
  db: Database,
  keys: SqliteKeyStore,
): (tenant: Tenant, waiting: WaitingMessage, now: number) => EnqueuedMessage {
  const sql = prepareStatements(db);
  return (tenant, waiting, now) => enqueue({ sql, keys }, { tenant, waiting, now });
}

function prepareStatements(db: Database) {
  return {
    count: db
      .prepare(
        `SELECT count(*) FROM run WHERE lock_key = ? AND status = 'queued' AND ${UNFINISHED}`,
      )
      .pluck(),
    running: db.prepare(SELECT_RUNNING),
    ensureUser: db.prepare(ENSURE_USER),
    addConversation: db.prepare(INSERT_CONVERSATION),
    nextPlace: prepareNextPlace(db),
    addMessage: db.prepare(INSERT_MESSAGE),
    carry: prepareCarry(db),
    addStep: db.prepare(INSERT_STEP),
    addRun: db.prepare(
      `INSERT INTO run (id, org_id, user_id, conversation_id, message_seq, lock_key, status, takeover,
         request_id, steers, wanted_persona, wanted_model, created_at)
       VALUES (@runId, @org, @user, @conversationId, @messageSeq, @lockKey, 'queued', 0,
         @requestId, @steers, ${WANTED}, @now) RETURNING ${RUN_COLUMNS}`,
    ),
    defaultConversation: db.prepare(DEFAULT_CONVERSATION).pluck(),
    halt: db.prepare(HALT_RUN),
    haltJobs: prepareHaltJobs(db),
    addCallback: prepareAddCallback(db),
    deliver: prepareDeliverRun(db),
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

function enqueue({ sql, keys }: Enqueuing, { tenant, waiting, now }: Waiting): EnqueuedMessage {
  const { runId, lockKey, onBusy } = waiting;
  if (z.int().parse(sql.count.get(lockKey)) >= MAX_WAITING) throw tooManyWait();
  if (waiting.idempotency !== undefined) keys.remember(tenant, waiting.idempotency, runId);
  const conversationId = openConversation(sql, { tenant, waiting, now });
  const running = RunningRow.optional().parse(sql.running.get(lockKey));
  const messageSeq = sql.nextPlace({ id: conversationId, message: waiting.message, now });
  const place = { runId, conversationId, messageSeq, now };
  // What is said elsewhere is nothing that the run could answer; files come with a message of their own.
  const mayJoin =
    onBusy === 'steer' &&
    running?.conversation_id === conversationId &&
    waiting.attachments.length === 0;
  const steers = mayJoin ? running.id : null;
  const { requestId, wanted } = waiting;
  const chosen = toWantedRow(wanted);
  const row = sql.addRun.get({ ...place, ...tenant, ...chosen, lockKey, steers, requestId });
  sql.addMessage.run({ ...place, message: waiting.message });
  sql.carry({ tenant, conversationId, messageSeq, attachments: waiting.attachments });
  const accepted = { type: 'message_accepted', messageSeq } as const;
  insertStep(sql.addStep, { runId, step: accepted, at: now, takeover: 0, eventN: 0 });
  sql.addCallback(runId, waiting.callback);
  sql.deliver(tenant, { runId, conversationId, delivery: waiting.delivery, now });
  return { run: toRun(row), ...halt(sql, onBusy === 'interrupt' ? running?.id : undefined, now) };
}

function halt(
  sql: Enqueuing['sql'],
  halted: RunId | undefined,
  now: number,
): Pick<EnqueuedMessage, 'halted' | 'haltedJobs'> {
  if (halted === undefined) return { halted, haltedJobs: [] };
  sql.halt.run(now, halted);
  return { halted, haltedJobs: sql.haltJobs(halted, now) };
}

/** Another message may have opened the user's default conversation since this one looked for it. */
function openConversation(
  sql: Enqueuing['sql'],
  { tenant, waiting: { conversationId, opens }, now }: Waiting,
): ConversationId {
  if (opens === 'none') return conversationId;
  const isDefault = opens === 'default';
  const known = isDefault ? sql.defaultConversation.get(tenant.org, tenant.user) : undefined;
  if (known !== undefined) return ConversationId.parse(known);
  sql.ensureUser.run({ ...tenant, now });
  sql.addConversation.run({ ...tenant, id: conversationId, isDefault: Number(isDefault), now });
  return conversationId;
}

function tooManyWait(): AppError {
  return new AppError(
    'QUEUE_DEPTH_EXCEEDED',
    `${MAX_WAITING} messages wait already; let some of them be answered first`,
    { reason: 'QUEUE_DEPTH_EXCEEDED', retryAfterMs: 5_000 },
  );
}
