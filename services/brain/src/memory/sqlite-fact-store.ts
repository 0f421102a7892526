import type { Clock } from '@bakerst/kit';
import type { Secrets } from '@bakerst/kit/secrets';
import type { Database } from 'better-sqlite3';
import type { Scope } from '../principals/principal.ts';
import { createSqliteFence } from '../runs/sqlite-fence.ts';
import type { Writer } from '../storage/group-commit.ts';
import { toWording } from '../storage/to-wording.ts';
import type { FactStore } from './ports.ts';
import { createSqliteFactChanges } from './sqlite-fact-changes.ts';
import { createSqliteFactExport } from './sqlite-fact-export.ts';
import { createSqliteFactImport } from './sqlite-fact-import.ts';
import type { VectorPlace } from './sqlite-fact-index.ts';
import { toChange, toFact, toKnownFact } from './sqlite-fact-rows.ts';

interface FactStoreDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly secrets: Pick<Secrets, 'redact'>;
  readonly vectors: VectorPlace;
}

/** SQL: the fact is one that the caller may see. */
const OWN = 'org_id = @org AND (@user IS NULL OR user_id = @user)';

/** Facts in SQLite, with what became of them. */
export function createSqliteFactStore(deps: FactStoreDeps): FactStore {
  const { db, writer, secrets } = deps;
  const sql = prepareStatements(db);
  const changes = createSqliteFactChanges(deps);
  const fences = createSqliteFence(db);
  const find: FactStore['find'] = (scope, id) =>
    toKnownFact(sql.find.get({ ...toOwner(scope), id }));
  const change = <T>(fence: Fence | undefined, work: () => T): Promise<T> =>
    writer.write(() => {
      if (fence !== undefined) fences.check(fence.lockKey, fence.token);
      return work();
    });
  return {
    find,
    add(tenant, { fence, ...fact }) {
      const text = secrets.redact(fact.text);
      return change(fence, () => changes.add(tenant, { ...fact, text }));
    },
    correct(scope, id, { fence, ...correction }) {
      const text = secrets.redact(correction.text);
      return change(fence, () => {
        const fact = toKnownFact(sql.find.get({ ...toOwner(scope), id }));
        return fact && changes.correct(fact, { ...correction, text });
      });
    },
    restore: (scope, id, { fence, source }) =>
      change(fence, () => {
        const fact = toKnownFact(sql.find.get({ ...toOwner(scope), id }));
        return fact && changes.restore(fact, source);
      }),
    remove: (scope, id, fence) =>
      change(fence, () => {
        const fact = toKnownFact(sql.find.get({ ...toOwner(scope), id }));
        if (fact !== undefined) changes.remove(fact);
        return fact !== undefined;
      }),
    findByText: (tenant, text) =>
      toKnownFact(sql.findByText.get({ ...tenant, wording: toWording(text) })),
    listChanges: (fact) => sql.changes.all(fact.id).map(toChange),
    list: (scope, { category }, { beforeSeq, limit }) =>
      (scope.user === undefined ? sql.listOrg : sql.listUser)
        .all({
          ...toOwner(scope),
          category: category ?? null,
          before: beforeSeq ?? Number.MAX_SAFE_INTEGER,
          limit,
        })
        .map(toFact),
    listAll: createSqliteFactExport(db),
    beginImport: createSqliteFactImport(deps),
    pick: (tenant, ids) =>
      ids.flatMap((id) => {
        const fact = find(tenant, id);
        return fact === undefined || fact.supersededBy !== undefined ? [] : [fact];
      }),
  };
}

type Fence = NonNullable<Parameters<FactStore['remove']>[2]>;

function prepareStatements(db: Database) {
  const list = (whose: string) =>
    db.prepare(
      `SELECT * FROM fact WHERE ${whose} AND superseded_by IS NULL
         AND (@category IS NULL OR category = @category) AND seq < @before
       ORDER BY seq DESC LIMIT @limit`,
    );
  return {
    find: db.prepare(`SELECT * FROM fact WHERE id = @id AND ${OWN}`),
    findByText: db.prepare(
      'SELECT * FROM fact WHERE org_id = @org AND user_id = @user AND wording = @wording',
    ),
    changes: db.prepare(
      `SELECT fact_change.* FROM fact JOIN fact_change ON fact_change.chain = fact.chain
       WHERE fact.id = ? ORDER BY fact_change.at, fact_change.seq`,
    ),
    listUser: list('org_id = @org AND user_id = @user'),
    listOrg: list('org_id = @org'),
  };
}

function toOwner({ org, user }: Scope) {
  return { org, user: user ?? null };
}
