import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomId, silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { createSqliteMessageSearch } from '../conversations/sqlite-message-search.ts';
import { createGroupCommit } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import { pruneHistory } from './prune-history.ts';
import { createSqliteConversationPurger } from './sqlite-conversation-purger.ts';
import { createSqliteHistoryPruner } from './sqlite-history-pruner.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

test('of a conversation that was deleted long ago nothing is left but what it cost', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-'));
  const db = openDatabase(join(dir, 'bakerst.db'));
  migrate(db, { log: silentLogger });
  const clock = createFakeClock();
  const log = silentLogger;
  const writer = createGroupCommit(db, { clock, log });
  db.exec(`INSERT INTO org (id, created_at) VALUES ('home', 1);
    INSERT INTO user (org_id, id, created_at) VALUES ('home', 'gary', 1)`);
  const addConversation = db.prepare(
    `INSERT INTO conversation (id, org_id, user_id, is_default, title, last_seq, created_at, updated_at, deleted_at)
     VALUES (?, 'home', 'gary', 0, 'a title', ?, 1, 1, ?)`,
  );
  const addRun = db.prepare(
    `INSERT INTO run (id, org_id, user_id, conversation_id, message_seq, lock_key, status, takeover,
       request_id, responses, model, input_tokens, output_tokens, cost_usd, created_at, finished_at)
     VALUES (@id, 'home', 'gary', @talk, @seq, 'home/gary', @status, 1, 'r', '["secret"]', 'm', 3, 2, 0.5, 1, 1)`,
  );
  const addMessage = db.prepare(
    `INSERT INTO message (conversation_id, seq, run_id, role, content, created_at)
     VALUES (@talk, @seq, @id, 'user', 'secret', 1)`,
  );
  const old = randomId();
  const talks = [
    { talk: old, deletedAt: clock.now() - 31 * DAY_MS, runs: 120, status: 'completed' },
    { talk: randomId(), deletedAt: clock.now() - 31 * DAY_MS, runs: 1, status: 'running' },
    { talk: randomId(), deletedAt: clock.now() - 29 * DAY_MS, runs: 1, status: 'completed' },
    { talk: randomId(), deletedAt: null, runs: 1, status: 'completed' },
  ];
  for (const { talk, deletedAt, runs, status } of talks) {
    addConversation.run(talk, runs, deletedAt);
    db.prepare(`INSERT INTO conversation_summary VALUES (?, 1, 'secret', 'm', 1, 1)`).run(talk);
    for (let seq = 1; seq <= runs; seq++) {
      const row = { id: randomId(), talk, seq, status };
      addRun.run(row);
      addMessage.run(row);
      db.prepare(`INSERT INTO run_step VALUES (?, 1, 'model_replied', 'secret', 1, 1, 1)`).run(
        row.id,
      );
      db.prepare(
        `INSERT INTO job (id, org_id, user_id, run_id, type, status, attempt, body, request_id, created_at, finished_at)
         VALUES (@id, 'home', 'gary', @id, 'code', 'completed', 1, '{}', 'r', 1, 1)`,
      ).run(row);
    }
  }
  await createSqliteMessageSearch({ db, writer, log }).learn(1_000);

  const pruner = createSqliteHistoryPruner({ db, writer, clock });
  const purger = createSqliteConversationPurger({ db, writer });
  await pruneHistory({ pruner, purger, clock, log, retainDays: 36_500 });

  const count = (sql: string): unknown => db.prepare(sql).pluck().get();
  const tables = ['run', 'message', 'message_place', 'message_search', 'run_step', 'job'];
  for (const table of [...tables, 'conversation_summary'])
    expect(count(`SELECT count(*) FROM ${table}`), table).toBe(3);
  expect(db.prepare('SELECT title FROM conversation WHERE id = ?').pluck().get(old)).toBe(null);
  expect(count('SELECT count(*) FROM model_usage')).toBe(120);
  expect(count('SELECT sum(cost_usd) FROM model_usage')).toBe(60);
  expect(count('PRAGMA foreign_key_check')).toBe(undefined);
});

test('a fork that is purged leaves alone what it was made from', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-'));
  const db = openDatabase(join(dir, 'bakerst.db'));
  migrate(db, { log: silentLogger });
  const clock = createFakeClock();
  const log = silentLogger;
  const writer = createGroupCommit(db, { clock, log });
  const deletedAt = clock.now() - 31 * DAY_MS;
  db.exec(`INSERT INTO org (id, created_at) VALUES ('home', 1);
    INSERT INTO user (org_id, id, created_at) VALUES ('home', 'gary', 1);
    INSERT INTO conversation (id, org_id, user_id, is_default, last_seq, created_at, updated_at, deleted_at)
      VALUES ('first', 'home', 'gary', 0, 1, 1, 1, NULL), ('fork', 'home', 'gary', 0, 1, 1, 1, ${deletedAt});
    INSERT INTO run (id, org_id, user_id, conversation_id, message_seq, lock_key, status, takeover, request_id, created_at, finished_at)
      VALUES ('run', 'home', 'gary', 'first', 1, 'home/gary', 'completed', 1, 'r', 1, 1);
    INSERT INTO run_step VALUES ('run', 1, 'model_replied', 'bread', 1, 1, 1);
    INSERT INTO message (conversation_id, seq, run_id, role, content, created_at)
      VALUES ('first', 1, 'run', 'user', 'bread', 1), ('fork', 1, 'run', 'user', 'bread', 1)`);
  const pruner = createSqliteHistoryPruner({ db, writer, clock });
  const purger = createSqliteConversationPurger({ db, writer });
  await pruneHistory({ pruner, purger, clock, log, retainDays: 36_500 });
  const left = db.prepare('SELECT conversation_id FROM message').pluck().all();
  expect(left).toEqual(['first']);
  expect(db.prepare('SELECT count(*) FROM run_step').pluck().get()).toBe(1);
  expect(db.prepare('SELECT count(*) FROM run').pluck().get()).toBe(1);
});
