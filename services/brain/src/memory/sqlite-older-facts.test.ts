import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FactId, RunId } from '@bakerst/contracts';
import { randomId, silentLogger } from '@bakerst/kit';
import { expect, test } from 'vitest';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import { GARY, openFacts } from './sqlite-memory-testing.ts';

const MIGRATIONS = join(import.meta.dirname, '../storage/migrations');
/** The last version whose facts could not be corrected. */
const OLD = 13;

test('facts of an older version are still found, and can be corrected', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-older-'));
  const old = openDatabase(join(dir, 'bakerst.db'));
  for (const name of readdirSync(MIGRATIONS).toSorted())
    if (Number(name.slice(0, 3)) <= OLD) old.exec(readFileSync(join(MIGRATIONS, name), 'utf8'));
  old.pragma(`user_version = ${OLD}`);
  const [told, taught] = [FactId.parse(randomId()), FactId.parse(randomId())];
  const runId = RunId.parse(randomId());
  old.exec(`
    INSERT INTO org (id, created_at) VALUES ('home', 0);
    INSERT INTO user (org_id, id, created_at) VALUES ('home', 'gary', 0);
    INSERT INTO fact (seq, id, org_id, user_id, text, folded, category, source, run_id, created_at) VALUES
      (1, '${told}', 'home', 'gary', 'Tea is red.', 'tea is red.', 'general', 'model', '${runId}', 7),
      (2, '${taught}', 'home', 'gary', 'The cat is old.', 'the cat is old.', 'personal', 'mcp', NULL, 8);`);
  migrate(old, { log: silentLogger });
  old.close();

  const { facts } = openFacts('nowhere', dir);
  const source = { kind: 'user' } as const;
  expect(facts.find(GARY, taught)?.source).toMatchObject({ kind: 'service', name: 'mcp' });
  const correction = { newId: FactId.parse(randomId()), text: 'Tea is green.', source };
  const now = await facts.correct(GARY, told, correction);
  expect(now && facts.listChanges(now)).toMatchObject([
    { kind: 'stored', text: 'Tea is red.', source: { kind: 'model', runId }, at: 7 },
    { kind: 'corrected', text: 'Tea is green.', replacedId: told },
  ]);
});
