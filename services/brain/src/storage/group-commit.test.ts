import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, silentLogger, systemClock } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { beforeEach, expect, test } from 'vitest';
import { createGroupCommit, type Writer } from './group-commit.ts';
import { openDatabase } from './open-database.ts';

let path: string;
let db: Database;
let writer: Writer;

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'test.db');
  db = openDatabase(path);
  db.exec('CREATE TABLE note (text TEXT PRIMARY KEY) STRICT');
  writer = createGroupCommit(db, { clock: systemClock, log: silentLogger });
});

function insert(text: string): Promise<string> {
  return writer.write(() => {
    db.prepare('INSERT INTO note VALUES (?)').run(text);
    return text;
  });
}

function notes(): unknown[] {
  return db.prepare('SELECT text FROM note ORDER BY text').pluck().all();
}

test('the database is opened with the settings that survive a power cut', () => {
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(db.pragma('synchronous', { simple: true })).toBe(2);
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
});

test('writes of one turn become visible to other connections together', async () => {
  const other = openDatabase(path);
  const seen: unknown[] = [];
  const count = (): void =>
    void seen.push(other.prepare('SELECT count(*) FROM note').pluck().get());
  const first = writer.write(() => {
    db.prepare('INSERT INTO note VALUES (?)').run('a');
    count();
  });
  const second = writer.write(() => {
    db.prepare('INSERT INTO note VALUES (?)').run('b');
    count();
  }, count);
  await Promise.all([first, second]);
  expect(seen).toEqual([0, 0, 2]);
});

test('a write that fails undoes itself alone', async () => {
  const results = await Promise.allSettled([insert('a'), insert('a'), insert('b')]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(notes()).toEqual(['a', 'b']);
});

test('listeners of a commit run in the order of the writes, before the promises', async () => {
  const order: string[] = [];
  const write = (name: string): Promise<void> =>
    writer
      .write(
        () => undefined,
        () => void order.push(`committed ${name}`),
      )
      .then(() => void order.push(`resolved ${name}`));
  await Promise.all([write('a'), write('b')]);
  expect(order).toEqual(['committed a', 'committed b', 'resolved a', 'resolved b']);
});

test('a listener that throws harms nobody', async () => {
  const broken = writer.write(
    () => 'kept',
    () => {
      throw new Error('broken listener');
    },
  );
  await expect(Promise.all([broken, insert('a')])).resolves.toEqual(['kept', 'a']);
});

test('a write waits while another process holds the database', async () => {
  const other = openDatabase(path);
  other.exec('BEGIN IMMEDIATE');
  const waiting = insert('late');
  await systemClock.sleep(250);
  other.exec('COMMIT');
  await expect(waiting).resolves.toBe('late');
  expect(notes()).toEqual(['late']);
});

test('a full database refuses with STORAGE_FULL and keeps what it has', async () => {
  await insert('kept');
  db.pragma(`max_page_count = ${String(db.pragma('page_count', { simple: true }))}`);
  const refused = insert('x'.repeat(100_000)).catch((err: unknown) => err);
  const err = await refused;
  expect(err).toBeInstanceOf(AppError);
  expect(err).toMatchObject({ code: 'STORAGE_FULL', status: 507 });
  db.pragma('max_page_count = 1000000');
  await insert('after');
  expect(notes()).toEqual(['after', 'kept']);
});
