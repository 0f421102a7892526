import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { BackupError } from './backup-error.ts';
import { backupsDir, listBackups } from './list-backups.ts';
import { requireRoom } from './require-room.ts';
import { takeBackup } from './take-backup.ts';
import { verifyBackup } from './verify-backup.ts';

/** A data directory whose database is open, with what the last commit wrote still in its log. */
function openDataDir() {
  const dataDir = mkdtempSync(join(tmpdir(), 'bakerst-backup-'));
  const db = new DatabaseSync(join(dataDir, 'bakerst.db'));
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA user_version = 6;
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE loaf (name TEXT) STRICT;`);
  const bake = (name: string) => db.prepare('INSERT INTO loaf VALUES (?)').run(name);
  return { dataDir, db, bake };
}

function take(dataDir: string, keep?: number) {
  return takeBackup({ dataDir, reason: 'manual', version: '1.2.3', keep });
}

function attach(dataDir: string, text: string): string {
  const name = createHash('sha256').update(text).digest('hex');
  mkdirSync(join(dataDir, 'attachments'), { recursive: true });
  writeFileSync(join(dataDir, 'attachments', name), text, { mode: 0o600 });
  return name;
}

test('a backup of a database in use holds all that was committed, and is readable for its owner alone', async () => {
  const { dataDir, db, bake } = openDataDir();
  bake('rye');
  const name = attach(dataDir, 'a photo');
  writeFileSync(join(dataDir, 'owner-token'), 'secret');
  symlinkSync('/etc/passwd', join(dataDir, 'attachments', 'f'.repeat(64)));
  writeFileSync(join(dataDir, 'attachments', 'half-written.tmp'), '');
  const { dir, manifest } = await take(dataDir);
  bake('after the backup');
  expect(manifest).toMatchObject({
    format: 1,
    reason: 'manual',
    version: '1.2.3',
    schema_version: 6,
  });
  expect(manifest.files.map(({ path }) => path)).toEqual(['bakerst.db', `attachments/${name}`]);
  expect(readdirSync(dir, { recursive: true }).toSorted()).toEqual([
    'attachments',
    `attachments/${name}`,
    'bakerst.db',
    'manifest.json',
  ]);
  for (const file of ['bakerst.db', 'manifest.json', `attachments/${name}`])
    expect(statSync(join(dir, file)).mode & 0o777, file).toBe(0o600);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  using copy = new DatabaseSync(join(dir, 'bakerst.db'), { readOnly: true });
  expect(copy.prepare('SELECT name FROM loaf').all()).toEqual([{ name: 'rye' }]);
  expect(copy.prepare(`SELECT value FROM meta WHERE key = 'copied_at'`).all()).toHaveLength(1);
  expect(db.prepare(`SELECT value FROM meta WHERE key = 'copied_at'`).all()).toEqual([]);
  await verifyBackup(dir);
});

test('of a directory without a database there is no backup, and none is begun', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'bakerst-backup-'));
  await expect(take(dataDir)).rejects.toMatchObject({ reason: 'NOTHING' });
  expect(readdirSync(dataDir)).toEqual([]);
});

test('a damaged database is told of, and leaves no backup', async () => {
  const { dataDir, db, bake } = openDataDir();
  for (let i = 0; i < 2_000; i++) bake(`loaf ${i}`);
  db.close();
  const file = join(dataDir, 'bakerst.db');
  const bytes = readFileSync(file);
  bytes.fill(0xff, 8_192, 9_000);
  writeFileSync(file, bytes);
  await expect(take(dataDir)).rejects.toThrow(BackupError);
  expect(readdirSync(backupsDir(dataDir))).toEqual([]);
});

test('only so many are kept, the newest ones', async () => {
  const { dataDir } = openDataDir();
  const made: string[] = [];
  for (let i = 0; i < 4; i++) made.push((await take(dataDir, 2)).name);
  expect(readdirSync(backupsDir(dataDir))).toEqual(made.slice(-2));
});

test('the one that was just made stays, though the clock says that others are newer', async () => {
  const { dataDir } = openDataDir();
  const { dir } = await take(dataDir);
  const later = join(backupsDir(dataDir), '2999-01-01T00-00-00-000Z');
  mkdirSync(later);
  for (const file of readdirSync(dir))
    writeFileSync(join(later, file), readFileSync(join(dir, file)));
  const { name } = await take(dataDir, 1);
  expect(readdirSync(backupsDir(dataDir))).toEqual([name]);
});

test('what a killed process left half written goes after some hours, and nothing else does', async () => {
  const { dataDir } = openDataDir();
  const dir = backupsDir(dataDir);
  mkdirSync(join(dir, '.2026-01-01T00-00-00-000Z-17'), { recursive: true });
  mkdirSync(join(dir, '.2026-01-02T00-00-00-000Z-18'));
  mkdirSync(join(dir, 'my own'));
  utimesSync(join(dir, '.2026-01-01T00-00-00-000Z-17'), 1, 1);
  utimesSync(join(dir, 'my own'), 1, 1);
  const { name } = await take(dataDir, 1);
  expect(readdirSync(dir)).toEqual(['.2026-01-02T00-00-00-000Z-18', name, 'my own']);
});

test('one flipped byte, a missing file and a longer one are noticed', async () => {
  const { dataDir, bake } = openDataDir();
  bake('rye');
  attach(dataDir, 'a photo');
  const whole = await take(dataDir);
  const file = join(whole.dir, 'bakerst.db');
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(file, bytes);
  await expect(verifyBackup(whole.dir)).rejects.toMatchObject({ reason: 'DAMAGED' });
  const [listed] = await listBackups(dataDir);
  expect(listed).toMatchObject({ name: whole.name, isWhole: true });
  appendFileSync(file, 'x');
  expect(await listBackups(dataDir)).toMatchObject([{ isWhole: false }]);
  await expect(verifyBackup(whole.dir)).rejects.toThrow(/choose another backup/);
});

test('a manifest that names files elsewhere is no manifest', async () => {
  const { dataDir } = openDataDir();
  const { dir } = await take(dataDir);
  const path = join(dir, 'manifest.json');
  const text = readFileSync(path, 'utf8');
  chmodSync(path, 0o600);
  writeFileSync(path, text.replace('"bakerst.db"', '"../../auth-token"'));
  await expect(verifyBackup(dir)).rejects.toMatchObject({ reason: 'DAMAGED' });
  expect(await listBackups(dataDir)).toEqual([]);
});

test('a backup that would fill the disk is refused before it is begun', () => {
  expect(() => requireRoom(tmpdir(), 0)).not.toThrow();
  expect(() => requireRoom(tmpdir(), Number.MAX_SAFE_INTEGER)).toThrow(/BACKUP_KEEP/);
});
