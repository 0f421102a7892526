import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError, silentLogger } from '@bakerst/kit';
import { listBackups, verifyBackup } from '@bakerst/kit/backups';
import { expect, test } from 'vitest';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';

function tempDir(): string {
  return mkdtempSync(join(tmpdir(), 'bakerst-'));
}

test('a new database gets the newest schema, and a second start changes nothing', () => {
  const dir = tempDir();
  const db = openDatabase(join(dir, 'bakerst.db'));
  const options = { log: silentLogger };
  migrate(db, options);
  const schema = db.prepare('SELECT sql FROM sqlite_schema').pluck().all();
  expect(schema.join('\n')).toContain('CREATE TABLE run_step');
  migrate(db, options);
  expect(db.prepare('SELECT sql FROM sqlite_schema').pluck().all()).toEqual(schema);
  expect(readdirSync(dir)).not.toContain('backups');
});

test('a database of a newer bakerst is refused unless it says that this one may work with it', () => {
  const dir = tempDir();
  const db = openDatabase(join(dir, 'bakerst.db'));
  const options = { log: silentLogger };
  migrate(db, options);
  const setLeast = db.prepare(`UPDATE meta SET value = ? WHERE key = 'min_version'`);
  const known = Number(db.pragma('user_version', { simple: true }));
  db.pragma('user_version = 999');
  setLeast.run(String(known + 1));
  expect(() => migrate(db, options)).toThrow(StartError);
  setLeast.run(String(known));
  expect(() => migrate(db, options)).not.toThrow();
});

test('a database of the first version keeps what was said, and is backed up before', async () => {
  const dir = tempDir();
  const db = openDatabase(join(dir, 'bakerst.db'));
  db.exec(readFileSync(join(import.meta.dirname, 'migrations/001-initial.sql'), 'utf8'));
  db.pragma('user_version = 1');
  db.exec(`
    INSERT INTO org (id, created_at) VALUES ('home', 1);
    INSERT INTO user (org_id, id, created_at) VALUES ('home', 'gary', 1);
    INSERT INTO conversation VALUES ('talk', 'home', 'gary', 1, 3, 1, 1);
    INSERT INTO run (id, org_id, user_id, conversation_id, message_seq, lock_key, status, takeover,
      request_id, created_at)
    VALUES ('answered', 'home', 'gary', 'talk', 1, 'home/gary', 'completed', 1, 'request-1', 1),
      ('failed', 'home', 'gary', 'talk', 3, 'home/gary', 'failed', 1, 'request-2', 1);
    INSERT INTO message VALUES ('talk', 1, 'answered', 'user', 'question', 1),
      ('talk', 2, 'answered', 'assistant', 'answer', 2), ('talk', 3, 'failed', 'user', 'again', 3);`);
  migrate(db, { log: silentLogger });
  expect(db.prepare('SELECT seq, content, asked_seq FROM message').raw().all()).toEqual([
    [1, 'question', null],
    [2, 'answer', 1],
    [3, 'again', null],
  ]);
  expect(db.prepare('SELECT id, answer_seq FROM run').raw().all()).toEqual([
    ['answered', 2],
    ['failed', null],
  ]);
  const backups = await listBackups(dir);
  expect(backups).toMatchObject([{ manifest: { reason: 'before_migration', schema_version: 1 } }]);
  for (const backup of backups) await verifyBackup(backup.dir);
});
