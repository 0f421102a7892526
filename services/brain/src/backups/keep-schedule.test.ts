import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, silentLogger } from '@bakerst/kit';
import type { Backup } from '@bakerst/kit/backups';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { createGroupCommit } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import { keepSchedule } from './keep-schedule.ts';
import { createSqliteBackupClaims } from './sqlite-backup-claims.ts';

const HOUR_MS = 60 * 60_000;
const MINUTE_MS = 60_000;

/** Brains on one database, whose backups are only counted. */
function openBrains() {
  const file = join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'bakerst.db');
  const clock = createFakeClock();
  const log = silentLogger;
  const made: number[] = [];
  const state = { isFull: false };
  const make = async (): Promise<Backup> => {
    if (state.isFull) throw new AppError('STORAGE_FULL', 'the disk is too full');
    made.push((clock.now() - startedAt) / MINUTE_MS);
    return { name: 'backup', dir: '', manifest: {} as Backup['manifest'] };
  };
  const startedAt = clock.now();
  const start = (hours = 24): Disposable => {
    const db = openDatabase(file);
    migrate(db, { log });
    const claims = createSqliteBackupClaims({ db, writer: createGroupCommit(db, { clock, log }) });
    return keepSchedule({ claims, shelf: { make }, clock, log, everyMinutes: hours * 60 });
  };
  /** Minute by minute, so that writes that are under way come to their end. */
  const pass = async (hours: number): Promise<void> => {
    for (let i = 0; i < hours * 60; i++) {
      await clock.advance(MINUTE_MS);
      await new Promise((resolve) => setTimeout(resolve));
    }
  };
  return { clock, made, state, start, pass };
}

test('two brains make one backup a day between them, also when one is started again', async () => {
  const { made, start, pass } = openBrains();
  using _one = start();
  const two = start();
  await pass(25);
  expect(made).toHaveLength(1);
  two[Symbol.dispose]();
  using _again = start();
  await pass(22);
  expect(made).toHaveLength(1);
  await pass(2);
  expect(made).toHaveLength(2);
}, 90_000);

test('without room it is tried again a quarter of an hour later, by either of them', async () => {
  const { made, state, start, pass } = openBrains();
  using _one = start(1);
  using _two = start(1);
  state.isFull = true;
  await pass(1.1);
  expect(made).toEqual([]);
  state.isFull = false;
  await pass(0.5);
  expect(made).toHaveLength(1);
  expect(made[0]).toBeGreaterThanOrEqual(75);
});

test('nothing is made where no backups are wanted', async () => {
  const { made, start, pass } = openBrains();
  using _one = start(0);
  await pass(2);
  expect(made).toEqual([]);
});

test('a claim of a brain that died holds for an hour, and a clock that was put back does no harm', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-'));
  const db = openDatabase(join(dir, 'bakerst.db'));
  migrate(db, { log: silentLogger });
  const writer = createGroupCommit(db, { clock: createFakeClock(), log: silentLogger });
  const claims = createSqliteBackupClaims({ db, writer });
  expect(await claims.claim(HOUR_MS, HOUR_MS)).toBe(false);
  expect(await claims.claim(2 * HOUR_MS, HOUR_MS)).toBe(true);
  expect(await claims.claim(3 * HOUR_MS - 1, HOUR_MS)).toBe(false);
  expect(await claims.claim(3 * HOUR_MS, HOUR_MS)).toBe(true);
  await claims.settle(3 * HOUR_MS);
  expect(await claims.claim(HOUR_MS, HOUR_MS)).toBe(false);
  expect(await claims.claim(2 * HOUR_MS, HOUR_MS)).toBe(true);
});
