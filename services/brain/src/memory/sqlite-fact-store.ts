import { FactCategory, FactView, type Tenant } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { Secrets } from '@bakerst/kit/secrets';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { foldText } from '../conversations/find-words.ts';
import { ENSURE_USER } from '../principals/sqlite-ensure-user.ts';
import { createSqliteFence } from '../runs/sqlite-fence.ts';
import type { Writer } from '../storage/group-commit.ts';
import { toUserWord } from '../storage/user-word.ts';
import type { Fact, FactStore, NewFact } from './ports.ts';

interface FactStoreDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly secrets: Pick<Secrets, 'redact'>;
}

const FactRow = z.object({
  seq: z.int(),
  id: FactView.shape.id,
  text: z.string(),
  category: FactCategory,
  created_at: z.int(),
});

/** Facts in SQLite, found by their words: stems count, case and accents do not. */
export function createSqliteFactStore({ db, writer, clock, secrets }: FactStoreDeps): FactStore {
  const sql = prepareStatements(db);
  const fences = createSqliteFence(db);
  return {
    add(tenant, { fence, ...fact }) {
      const text = secrets.redact(fact.text);
      return writer.write(() => {
        if (fence !== undefined) fences.check(fence.lockKey, fence.token);
        return addFact(sql, tenant, { ...fact, text, now: clock.now() });
      });
    },
    search: (tenant, words, limit) =>
      words.length === 0 ? [] : sql.search.all(toMatch(tenant, words), limit).map(toFact),
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: Database) {
  return {
    ensureUser: db.prepare(ENSURE_USER),
    find: db.prepare(
      'SELECT * FROM fact WHERE org_id = @org AND user_id = @user AND folded = @folded',
    ),
    add: db.prepare(
      `INSERT INTO fact (id, org_id, user_id, text, folded, category, source, run_id, created_at)
       VALUES (@id, @org, @user, @text, @folded, @category, @source, @runId, @now) RETURNING *`,
    ),
    learn: db.prepare('INSERT INTO fact_search (rowid, whose, content) VALUES (?, ?, ?)'),
    search: db.prepare(
      `SELECT fact.* FROM fact_search JOIN fact ON fact.seq = fact_search.rowid
       WHERE fact_search MATCH ? ORDER BY fact_search.rank, fact.seq DESC LIMIT ?`,
    ),
  };
}

function addFact(
  sql: Statements,
  tenant: Tenant,
  { now, runId, ...fact }: Omit<NewFact, 'fence'> & { readonly now: number },
): Fact {
  const folded = foldText(fact.text);
  const known = sql.find.get({ ...tenant, folded });
  if (known !== undefined) return toFact(known);
  sql.ensureUser.run({ ...tenant, now });
  const row = FactRow.parse(sql.add.get({ ...tenant, ...fact, folded, runId: runId ?? null, now }));
  sql.learn.run(row.seq, toUserWord(tenant), folded);
  return toFact(row);
}

/** Quoted, words mean nothing else to FTS5 than themselves. */
function toMatch(tenant: Tenant, words: readonly string[]): string {
  const quoted = words.map((word) => `"${word.replaceAll('"', '')}"`).join(' OR ');
  return `whose : "${toUserWord(tenant)}" AND content : (${quoted})`;
}

function toFact(value: unknown): Fact {
  const { id, text, category, created_at: createdAt } = FactRow.parse(value);
  return { id, text, category, createdAt };
}
