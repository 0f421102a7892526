import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FactId, OrgId, RunId, UserId } from '@bakerst/contracts';
import { randomId, silentLogger, systemClock } from '@bakerst/kit';
import { expect, test } from 'vitest';
import { createSqliteFence } from '../runs/sqlite-fence.ts';
import { createGroupCommit } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import { createSqliteFactStore } from './sqlite-fact-store.ts';

const GARY = { org: OrgId.parse('home'), user: UserId.parse('gary') };
const TEA = { text: 'Tea is green.', category: 'general', source: 'model' } as const;

function open() {
  const db = openDatabase(join(mkdtempSync(join(tmpdir(), 'bakerst-facts-')), 'bakerst.db'));
  migrate(db, { log: silentLogger });
  db.exec("INSERT OR IGNORE INTO org (id, created_at) VALUES ('home', 0)");
  const clock = systemClock;
  const writer = createGroupCommit(db, { clock, log: silentLogger });
  const secrets = { redact: (text: string) => text };
  return { db, facts: createSqliteFactStore({ db, writer, clock, secrets }) };
}

test('a run that was taken over remembers nothing', async () => {
  const { db, facts } = open();
  createSqliteFence(db).raise('lock', { incarnation: 1, revision: 5 });
  const runId = RunId.parse(randomId());
  const fence = { runId, lockKey: 'lock', token: { incarnation: 1, revision: 4 } };
  const id = FactId.parse(randomId());
  await expect(facts.add(GARY, { ...TEA, id, fence })).rejects.toMatchObject({ reason: 'FENCED' });
  expect(facts.search(GARY, ['tea'], 10)).toEqual([]);
});

test('the same words told at the same moment are one fact', async () => {
  const { facts } = open();
  const told = [1, 2].map(() => facts.add(GARY, { ...TEA, id: FactId.parse(randomId()) }));
  const [one, two] = await Promise.all(told);
  expect(two).toEqual(one);
  expect(facts.search(GARY, ['teas'], 10)).toHaveLength(1);
});
