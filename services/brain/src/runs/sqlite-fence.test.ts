import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@bakerst/kit';
import { expect, test } from 'vitest';
import { createGroupCommit } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import { createSqliteFence, noteIncarnation, readHighestToken } from './sqlite-fence.ts';

const CREATED = '2026-11-28T12:00:00Z';

function open() {
  const db = openDatabase(join(mkdtempSync(join(tmpdir(), 'bakerst-fence-')), 'bakerst.db'));
  migrate(db, { log: silentLogger });
  const deps = { db, writer: createGroupCommit(db, { clock: systemClock, log: silentLogger }) };
  const note = (lastRevision: number, created = CREATED, highest = readHighestToken(deps)) =>
    noteIncarnation(deps, { created, lastRevision, highest });
  return { deps, fence: createSqliteFence(db), note };
}

test('a bucket of locks that was made anew, or has gone back, begins another incarnation', async () => {
  const { fence, note } = open();
  expect(await note(0)).toBe(1);
  fence.raise('gary', { incarnation: 1, revision: 7 });
  expect(await note(7)).toBe(1);
  expect(await note(6)).toBe(2);
  fence.raise('gary', { incarnation: 2, revision: 6 });
  expect(await note(6)).toBe(2);
  expect(await note(0, '2026-11-28T13:00:00Z')).toBe(3);
});

test('what is taken while the bucket is asked, or noted by another brain, is no loss', async () => {
  const { deps, fence, note } = open();
  await note(0);
  fence.raise('gary', { incarnation: 1, revision: 7 });
  const before = readHighestToken(deps);
  fence.raise('gary', { incarnation: 1, revision: 9 });
  expect(await note(8, CREATED, before)).toBe(1);
  const early = readHighestToken(deps);
  expect(await note(5)).toBe(2);
  expect(await note(5, CREATED, early)).toBe(2);
});
