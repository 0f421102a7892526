import { ConversationId, type Tenant } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { prepareCarry } from '../attachments/sqlite-attachment-store.ts';
import { prepareAddCallback } from '../callbacks/sqlite-add-callback.ts';
import { prepareDeliverRun } from '../deliveries/sqlite-deliver-run.ts';
import { createSqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import { ENSURE_USER } from '../principals/sqlite-ensure-user.ts';
import type { NewRun, RunStarter } from './ports.ts';
import type { Run } from './run.ts';
import { createSqliteFence } from './sqlite-fence.ts';
import { createMessageQueue } from './sqlite-message-queue.ts';
import {
  addBodies,
  DEFAULT_CONVERSATION,
  INSERT_BODY,
  INSERT_CONVERSATION,
  INSERT_MESSAGE,
  INSERT_STEP,
  insertStep,
  prepareNextPlace,
  RUN_COLUMNS,
  toRun,
  toWantedRow,
  UNFINISHED,
  WANTED,
} from './sqlite-run-rows.ts';
import type { RunStoreDeps } from './sqlite-run-store.ts';
import { userIsBusy } from './user-is-busy.ts';

export function createSqliteRunStarter({ db, writer, clock }: RunStoreDeps): RunStarter {
  const fence = createSqliteFence(db);
  const sql = prepareStatements(db);

  const keys = createSqliteKeyStore(db, clock);

  return {
    findConversation(tenant, id) {
      const found =
        id === undefined
          ? sql.defaultConversation.get(tenant.org, tenant.user)
          : sql.conversation.get(id, tenant.org, tenant.user);
      return ConversationId.safeParse(found).data;
    },
    start: (tenant, run) =>
      writer.write(() => {
        fence.raise(run.fence.lockKey, run.fence.token);
        // One that was cut short is continued first: messages are answered in the order in which they came.
        if (sql.unfinished.get(run.fence.lockKey) !== undefined) throw userIsBusy();
        refuseSecondDefault(sql, tenant, run);
        if (run.opens !== 'none') sql.ensureUser.run({ ...tenant, now: clock.now() });
        if (run.idempotency !== undefined) keys.remember(tenant, run.idempotency, run.fence.runId);
        return insertRun(sql, { tenant, run, now: clock.now() });
      }, run.write.committed),
    ...createMessageQueue({ db, writer, clock }, keys),
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: Database) {
  return {
    unfinished: db.prepare(`SELECT 1 FROM run WHERE lock_key = ? AND ${UNFINISHED}`),
    conversation: db
      .prepare(`SELECT id FROM conversation
         WHERE id = ? AND org_id = ? AND user_id = ? AND deleted_at IS NULL`)
      .pluck(),
    defaultConversation: db.prepare(DEFAULT_CONVERSATION).pluck(),
    ensureUser: db.prepare(ENSURE_USER),
    addConversation: db.prepare(INSERT_CONVERSATION),
    nextPlace: prepareNextPlace(db),
    addRun: db.prepare(
      `INSERT INTO run (id, org_id, user_id, conversation_id, message_seq, lock_key, status, takeover,
         request_id, wanted_persona, wanted_model, created_at)
       VALUES (@runId, @org, @user, @conversationId, @messageSeq, @lockKey, 'running', @takeover,
         @requestId, ${WANTED}, @now) RETURNING ${RUN_COLUMNS}`,
    ),
    addMessage: db.prepare(INSERT_MESSAGE),
    carry: prepareCarry(db),
    addStep: db.prepare(INSERT_STEP),
    addBody: db.prepare(INSERT_BODY),
    addCallback: prepareAddCallback(db),
    deliver: prepareDeliverRun(db),
  };
}

interface Insertion {
  readonly tenant: Tenant;
  readonly run: NewRun;
  readonly now: number;
}

/** Somebody has just restored the user's default conversation: the next try finds it. */
function refuseSecondDefault(sql: Statements, tenant: Tenant, { opens }: NewRun): void {
  if (opens !== 'default') return;
  if (sql.defaultConversation.get(tenant.org, tenant.user) !== undefined) throw userIsBusy();
}

function insertRun(sql: Statements, { tenant, run, now }: Insertion): Run {
  const { runId, lockKey } = run.fence;
  const { conversationId } = run;
  if (run.opens !== 'none')
    sql.addConversation.run({
      ...tenant,
      id: conversationId,
      isDefault: Number(run.opens === 'default'),
      now,
    });
  const messageSeq = sql.nextPlace({ id: conversationId, message: run.message, now });
  const { takeover, n } = run.write.reserve();
  const place = { runId, conversationId, messageSeq, now };
  const row = sql.addRun.get({
    ...place,
    ...tenant,
    ...toWantedRow(run.wanted),
    lockKey,
    takeover,
    requestId: run.requestId,
  });
  sql.addMessage.run({ ...place, message: run.message });
  sql.carry({ tenant, conversationId, messageSeq, attachments: run.attachments });
  const started = toRun(row);
  const accepted = { type: 'message_accepted', messageSeq } as const;
  insertStep(sql.addStep, { runId, step: accepted, at: now, takeover, eventN: n });
  const { step, bodies } = run.firstTurn(started);
  addBodies(sql.addBody, bodies, now);
  insertStep(sql.addStep, { runId, step, at: now, takeover, eventN: n });
  sql.addCallback(runId, run.callback);
  sql.deliver(tenant, { runId, conversationId, delivery: run.delivery, now });
  return started;
}
