import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { createGroupCommit } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import { pruneHistory } from './prune-history.ts';
import { createSqliteConversationPurger } from './sqlite-conversation-purger.ts';
import { createSqliteHistoryPruner } from './sqlite-history-pruner.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

test('of runs that are old enough the summary stays, of others everything', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-'));
  const db = openDatabase(join(dir, 'bakerst.db'));
  migrate(db, { log: silentLogger });
  const clock = createFakeClock();
  const deps = { db, clock, log: silentLogger };
  const writer = createGroupCommit(db, deps);
  db.exec(`INSERT INTO org (id, created_at) VALUES ('home', 1);
    INSERT INTO user (org_id, id, created_at) VALUES ('home', 'gary', 1);
    INSERT INTO conversation (id, org_id, user_id, is_default, created_at, updated_at)
      VALUES ('talk', 'home', 'gary', 1, 1, 1);
    INSERT INTO body VALUES ('old', 'prompt of then', 1), ('new', 'prompt of now', 1)`);
  const addRun = db.prepare(
    `INSERT INTO run (id, org_id, user_id, conversation_id, message_seq, lock_key, status, takeover,
       request_id, responses, created_at, finished_at)
     VALUES (@id, 'home', 'gary', 'talk', 1, 'home/gary', @status, 1, 'r', '["hi"]', 1, @finishedAt)`,
  );
  const addStep = db.prepare(
    `INSERT INTO run_step VALUES (?, 1, 'turn_started', json_object('tools', ?), 1, 1, 1)`,
  );
  const addJob = db.prepare(
    `INSERT INTO job (id, org_id, user_id, run_id, type, status, attempt, body, request_id, created_at, finished_at)
     VALUES (?, 'home', 'gary', ?, 'code', 'completed', 1, '{}', 'r', 1, ?)`,
  );
  const old = clock.now() - 31 * DAY_MS;
  const recent = clock.now() - 29 * DAY_MS;
  for (let i = 0; i < 120; i++) {
    addRun.run({ id: `old-${i}`, status: 'completed', finishedAt: old });
    addStep.run(`old-${i}`, 'old');
    addJob.run(`job-of-old-${i}`, `old-${i}`, old);
  }
  // Somebody has said what became of it, or it was talked past.
  addRun.run({ id: 'answered', status: 'uncertain', finishedAt: old });
  addStep.run('answered', 'old');
  addJob.run('job-of-answered', 'answered', old);
  addRun.run({ id: 'recent', status: 'completed', finishedAt: recent });
  addRun.run({ id: 'on', status: 'running', finishedAt: null });
  for (const id of ['recent', 'on']) addStep.run(id, 'new');
  // Somebody still has to say what became of it, or to look at it.
  addRun.run({ id: 'asks', status: 'uncertain', finishedAt: old });
  addRun.run({ id: 'waits', status: 'completed', finishedAt: old });
  for (const id of ['asks', 'waits']) addStep.run(id, 'new');
  addJob.run('asked', 'asks', old);
  addJob.run('still-on', 'waits', null);
  addJob.run('alone-asked', null, old);
  addJob.run('alone-dead', null, old);
  db.exec(`UPDATE job SET status = 'interrupted' WHERE id IN ('asked', 'alone-asked');
    UPDATE job SET status = 'running' WHERE id = 'still-on';
    UPDATE job SET status = 'dead' WHERE id = 'alone-dead'`);
  addJob.run('alone-old', null, old);
  addJob.run('alone-recent', null, recent);
  db.exec(`INSERT INTO callback (run_id, url, mode, throttle_ms, message_key)
    SELECT id, 'https://example.org/', 'complete', 5000, id FROM run WHERE id IN ('old-7', 'recent', 'asks')`);
  const pruner = createSqliteHistoryPruner({ db, writer, clock });
  const purger = createSqliteConversationPurger({ db, writer });

  await pruneHistory({ pruner, purger, clock, log: silentLogger, retainDays: 30 });

  const column = (sql: string): unknown[] => db.prepare(sql).pluck().all();
  expect(column('SELECT run_id FROM run_step ORDER BY run_id')).toEqual([
    'asks',
    'on',
    'recent',
    'waits',
  ]);
  expect(column('SELECT id FROM job ORDER BY seq')).toEqual([
    'asked',
    'still-on',
    'alone-asked',
    'alone-dead',
    'alone-recent',
  ]);
  expect(column('SELECT run_id FROM callback ORDER BY run_id')).toEqual(['asks', 'recent']);
  expect(column('SELECT hash FROM body')).toEqual(['new']);
  expect(column(`SELECT count(*) FROM run WHERE responses = '["hi"]'`)).toEqual([125]);
});
