import { FACT_LINE_MAX_CHANGES, FactId, type Tenant } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { ExportedFact } from './ports.ts';
import { toChange, toFact } from './sqlite-fact-rows.ts';

/** Facts read at a time. */
const CHUNK = 50;

const ReplacedRow = z.object({ seq: z.int(), superseded_by: FactId });
const PlaceRow = z.object({ seq: z.int() });

/** Lists all facts of a user for a file: whatever changes while it is written, no two that replaced each other hold. */
export type ListAllFacts = (tenant: Tenant) => Generator<readonly ExportedFact[]>;

export function createSqliteFactExport(db: Database): ListAllFacts {
  const sql = prepareStatements(db);
  const toExported = (value: unknown, replacedBy: ReadonlyMap<number, FactId>): ExportedFact => {
    const fact = toFact(value);
    const changes = sql.changes.all(fact.id, FACT_LINE_MAX_CHANGES).toReversed();
    return {
      fact: { ...fact, supersededBy: replacedBy.get(fact.seq) },
      changes: changes.map((row) => ({ ...toChange(row), place: PlaceRow.parse(row).seq })),
    };
  };
  return function* (tenant) {
    const upTo = Number(sql.newest.get(tenant));
    const replaced = z.array(ReplacedRow).parse(sql.replaced.all(tenant));
    const replacedBy = new Map(replaced.map(({ seq, superseded_by }) => [seq, superseded_by]));
    for (let after: number | undefined = 0; after !== undefined; ) {
      const rows = sql.list.all({ ...tenant, after, upTo, limit: CHUNK });
      const some: readonly ExportedFact[] = rows.map((row) => toExported(row, replacedBy));
      yield some;
      after = some.length < CHUNK ? undefined : some.at(-1)?.fact.seq;
    }
  };
}

function prepareStatements(db: Database) {
  const own = 'org_id = @org AND user_id = @user';
  return {
    newest: db.prepare(`SELECT coalesce(max(seq), 0) FROM fact WHERE ${own}`).pluck(),
    replaced: db.prepare(
      `SELECT seq, superseded_by FROM fact WHERE ${own} AND superseded_by IS NOT NULL`,
    ),
    list: db.prepare(
      `SELECT * FROM fact WHERE ${own} AND seq > @after AND seq <= @upTo ORDER BY seq LIMIT @limit`,
    ),
    changes: db.prepare('SELECT * FROM fact_change WHERE fact_id = ? ORDER BY seq DESC LIMIT ?'),
  };
}
