import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError, silentLogger } from '@bakerst/kit';
import { expect, test } from 'vitest';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';

function tempDir(): string {
  return mkdtempSync(join(tmpdir(), 'bakerst-'));
}

test('a new database gets the newest schema, and a second start changes nothing', () => {
  const dir = tempDir();
  const db = openDatabase(join(dir, 'bakerst.db'));
  const options = { backupDir: join(dir, 'backups'), log: silentLogger };
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
  const options = { backupDir: join(dir, 'backups'), log: silentLogger };
  migrate(db, options);
  db.pragma('user_version = 999');
  expect(() => migrate(db, options)).toThrow(StartError);
  db.exec(`INSERT INTO meta VALUES ('min_version', '1')`);
  expect(() => migrate(db, options)).not.toThrow();
});
