import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { takeBackup } from '@bakerst/kit/backups';
import { StartError } from '@bakerst/kit/start-error';
import { expect, inject, test, vi } from 'vitest';
import { findFreePort } from '../local/local-port.ts';
import { makeDir } from '../testing/make-dir.ts';
import { startSystem } from '../testing/start-system.ts';
import { restoreData } from './restore-data.ts';

// Processes are started; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 30_000 });

const ROOT = dirname(dirname(import.meta.dirname));

/** A data directory with one user, as far as a restore looks at it. */
function makeDataDir(schema = 1): string {
  const dataDir = makeDir();
  using db = new DatabaseSync(join(dataDir, 'bakerst.db'));
  const first = join(ROOT, 'services/brain/src/storage/migrations/001-initial.sql');
  db.exec(readFileSync(first, 'utf8'));
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA user_version = ${schema};
    INSERT INTO org (id, created_at) VALUES ('home', 1);
    INSERT INTO user (org_id, id, created_at) VALUES ('home', 'gary', 1)`);
  return dataDir;
}

function addUser(dataDir: string, id: string): void {
  using db = new DatabaseSync(join(dataDir, 'bakerst.db'));
  db.prepare(`INSERT INTO user (org_id, id, created_at) VALUES ('home', ?, 1)`).run(id);
}

function usersOf(dataDir: string): readonly unknown[] {
  using db = new DatabaseSync(join(dataDir, 'bakerst.db'), { readOnly: true });
  return db
    .prepare('SELECT id FROM user ORDER BY id')
    .all()
    .map(({ id }) => id);
}

function attach(dataDir: string, text: string): string {
  const name = createHash('sha256').update(text).digest('hex');
  mkdirSync(join(dataDir, 'attachments'), { recursive: true });
  writeFileSync(join(dataDir, 'attachments', name), text);
  return name;
}

function restore(dataDir: string, named: string, natsUrl?: string) {
  const printed: string[] = [];
  const write = (line: string) => void printed.push(line);
  const terminal = { say: write, print: write, complain: write };
  const done = restoreData({ terminal, settings: { root: ROOT, dataDir, natsUrl } }, named);
  return { printed, done };
}

function backUp(dataDir: string) {
  return takeBackup({ dataDir, reason: 'manual', version: '0.1.0' });
}

test('the database and the attachments come back, what was there is kept aside, tokens stay', async () => {
  const dataDir = makeDataDir();
  const old = attach(dataDir, 'a photo');
  writeFileSync(join(dataDir, 'owner-token'), 'token of now');
  const { name } = await backUp(dataDir);
  addUser(dataDir, 'mary');
  const fresh = attach(dataDir, 'a later photo');
  mkdirSync(join(dataDir, 'nats/store/jetstream'), { recursive: true });
  writeFileSync(join(dataDir, 'nats/credentials.json'), '{}');
  const { printed, done } = restore(dataDir, 'latest');
  await done;
  expect(usersOf(dataDir)).toEqual(['gary']);
  expect(readFileSync(join(dataDir, 'attachments', old), 'utf8')).toBe('a photo');
  expect(readFileSync(join(dataDir, 'owner-token'), 'utf8')).toBe('token of now');
  expect(readdirSync(join(dataDir, 'nats'))).toEqual(['credentials.json']);
  const aside = readdirSync(dataDir).find((each) => each.startsWith('before-restore-')) ?? '';
  expect(usersOf(join(dataDir, aside))).toEqual(['gary', 'mary']);
  expect(readdirSync(join(dataDir, aside, 'attachments')).toSorted()).toEqual(
    [old, fresh].toSorted(),
  );
  expect(statSync(join(dataDir, aside)).mode & 0o777).toBe(0o700);
  expect(statSync(join(dataDir, 'bakerst.db')).mode & 0o777).toBe(0o600);
  expect(readdirSync(dataDir).filter((each) => each.startsWith('restoring-'))).toEqual([]);
  expect(printed.join('\n')).toMatch(/1 users, 0 conversations[\s\S]*nothing was unfinished/);
  await restore(dataDir, name).done;
  expect(usersOf(dataDir)).toEqual(['gary']);
});

test('a backup of a newer schema is refused, and nothing is changed', async () => {
  const newer = await backUp(makeDataDir(999));
  const dataDir = makeDataDir();
  addUser(dataDir, 'mary');
  const { done } = restore(dataDir, newer.dir);
  await expect(done).rejects.toThrow(StartError);
  await expect(done).rejects.toThrow(
    /schema 999; this one knows schemas up to \d+: restore it with/,
  );
  expect(usersOf(dataDir)).toEqual(['gary', 'mary']);
});

test.each([
  ['latest', /there is no backup in/],
  ['2026-01-01T00-00-00-000Z', /is no backup: npm run backup -- --list/],
  ['/etc', /is no backup/],
])('%s, which is none, is refused', async (named, sentence) => {
  const dataDir = makeDataDir();
  await expect(restore(dataDir, named).done).rejects.toThrow(sentence);
  expect(usersOf(dataDir)).toEqual(['gary']);
});

test('while npm start holds the directory nothing is restored', async () => {
  await using system = await startSystem({ natsServer: inject('natsServer') });
  await system.untilPrinted(/bakerst is ready/);
  const { dir } = await backUp(makeDataDir());
  const { done } = restore(system.dataDir, dir);
  await expect(done).rejects.toThrow(/already runs on .*stop it first, then restore/);
  expect(readdirSync(system.dataDir)).not.toContain('bakerst.db');
});

test('a NATS of the person that is away keeps the restore from beginning', async () => {
  const dataDir = makeDataDir();
  await backUp(dataDir);
  addUser(dataDir, 'mary');
  const url = `nats://brain:secret-password@127.0.0.1:${await findFreePort()}`;
  const { printed, done } = restore(dataDir, 'latest', url);
  await expect(done).rejects.toThrow(/the NATS of NATS_URL could not be emptied/);
  await expect(done).rejects.not.toThrow(/secret-password/);
  expect(printed.join()).not.toContain('secret-password');
  expect(usersOf(dataDir)).toEqual(['gary', 'mary']);
  expect(readdirSync(dataDir).filter((each) => /restor/.test(each))).toEqual([]);
});
