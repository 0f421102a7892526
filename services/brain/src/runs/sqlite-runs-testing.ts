import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConversationId, OrgId, RunId, UserId } from '@bakerst/contracts';
import { silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { createSqliteJobActions } from '../jobs/sqlite-job-actions.ts';
import { createGroupCommit } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import type { RunEnd } from './run.ts';
import type { RunStep } from './run-step.ts';
import { createSqliteRunStarter } from './sqlite-run-starter.ts';
import { createSqliteRunStore } from './sqlite-run-store.ts';

export const gary = { org: OrgId.parse('home'), user: UserId.parse('gary') };
export const LOCK_KEY = 'home/gary';
export const ORDER = RunId.parse('0190a000-0000-7000-8000-000000000001');
export const LATER = RunId.parse('0190a000-0000-7000-8000-000000000002');
const NEXT = RunId.parse('0190a000-0000-7000-8000-000000000003');
/** Of ORDER, and another one. */
export const BREAD = ConversationId.parse('0190a000-0000-7000-8000-0000000000c1');
export const TALK = ConversationId.parse('0190a000-0000-7000-8000-0000000000c2');
const JOB = '0190a000-0000-7000-8000-0000000000a1';

const MESSAGE = {
  runId: NEXT,
  lockKey: LOCK_KEY,
  opens: 'none',
  message: 'two loaves, please',
  attachments: [],
  wanted: { persona: undefined, model: undefined },
  requestId: 'r',
  idempotency: undefined,
  callback: undefined,
  delivery: undefined,
} as const;

const FENCE = { runId: ORDER, lockKey: LOCK_KEY, token: { incarnation: 1, revision: 1 } };

/** Ends of ORDER: with a question, and with an answer. */
export const UNCERTAIN: RunEnd = {
  status: 'uncertain',
  responses: ['Was it ordered?'],
  notice: { code: 'UNCERTAIN', message: 'Was it ordered?' },
  model: 'offline',
  turns: 1,
  usage: {
    input_tokens: 1,
    output_tokens: 1,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
  },
  costUsd: undefined,
};

export const ORDERED: RunEnd = {
  ...UNCERTAIN,
  status: 'completed',
  responses: ['It is ordered.'],
};

/** Gary's runs on a real database: ORDER is on, and called a command whose outcome nobody knows. */
export function openRuns() {
  const db = openDatabase(join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'bakerst.db'));
  migrate(db, { log: silentLogger });
  const clock = createFakeClock();
  const deps = { db, clock, writer: createGroupCommit(db, { clock, log: silentLogger }) };
  db.exec(`INSERT INTO org (id, created_at) VALUES ('home', 1);
    INSERT INTO user (org_id, id, created_at) VALUES ('home', 'gary', 1)`);
  const runs = {
    clock,
    exec: (sql: string) => void db.exec(sql),
    store: createSqliteRunStore(deps),
    starter: createSqliteRunStarter(deps),
    /** A run that is on, with a conversation of its own. */
    addRun(id: RunId, conversationId: ConversationId, lockKey = LOCK_KEY) {
      db.exec(`INSERT INTO conversation (id, org_id, user_id, is_default, last_seq, created_at, updated_at)
          VALUES ('${conversationId}', 'home', 'gary', 0, 1, 1, 1);
        INSERT INTO run (id, org_id, user_id, conversation_id, message_seq, lock_key, status,
          takeover, request_id, created_at)
          VALUES ('${id}', 'home', 'gary', '${conversationId}', 1, '${lockKey}', 'running', 1, 'r', 1);
        INSERT INTO message (conversation_id, seq, run_id, role, content, created_at)
          VALUES ('${conversationId}', 1, '${id}', 'user', 'order bread', 1)`);
    },
    /** Puts a message behind the run that is on. */
    say: (conversationId: ConversationId, onBusy: 'steer' | 'interrupt') =>
      runs.starter.enqueue(gary, {
        ...MESSAGE,
        conversationId,
        onBusy,
      }),
    finish: (end: RunEnd, takeover = 1) =>
      runs.store.finish(FENCE, end, {
        step: { type: 'finished', status: end.status },
        reserve: () => ({ takeover, n: 1 }),
        committed: () => undefined,
        failed: () => undefined,
      }),
    /** Appends to ORDER what an earlier takeover has stored. */
    append: (step: RunStep) =>
      runs.store.append(FENCE, {
        step,
        reserve: () => ({ takeover: 1, n: 1 }),
        committed: () => undefined,
        failed: () => undefined,
      }),
    takeUp: () => runs.store.takeOver(FENCE),
    /** A person says what became of the command. */
    resolve: () =>
      createSqliteJobActions(deps).resolve(gary, JOB, {
        outcome: 'happened',
        result: undefined,
      }),
    steeredBy: () => db.prepare('SELECT steers FROM run WHERE id = ?').pluck().get(NEXT),
  };
  runs.addRun(ORDER, BREAD);
  db.exec(`INSERT INTO job (id, org_id, user_id, run_id, turn, call_index, type, status, attempt,
      base_attempt, replay, body, request_id, created_at, finished_at)
    VALUES ('${JOB}', 'home', 'gary', '${ORDER}', 1, 0, 'command', 'interrupted', 1,
      1, 'never', '{"command":"order bread","timeoutMs":1000}', 'r', 1, 1)`);
  return runs;
}
