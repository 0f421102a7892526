import type { FactId, Tenant } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { ENSURE_USER } from '../principals/sqlite-ensure-user.ts';
import { toWording } from '../storage/to-wording.ts';
import type { FactChange, FactSource, NewFact } from './ports.ts';
import { type StoredFact, toFact, toKnownFact, toSourceColumns } from './sqlite-fact-rows.ts';

type Inserted = Pick<NewFact, 'id' | 'text' | 'category' | 'source' | 'createdAt'> & {
  /** Undefined: it begins one. */
  readonly chain?: number | undefined;
};

interface Noted {
  readonly source: FactSource;
  readonly replaced?: FactId | undefined;
  readonly at?: number | undefined;
}

/** The rows of facts and of their changes. */
export interface SqliteFactTable {
  get(seq: number): StoredFact;
  find(tenant: Tenant, id: FactId): StoredFact | undefined;
  /** True when any user's fact has this id. */
  isTaken(id: FactId): boolean;
  findByText(tenant: Tenant, text: string): StoredFact | undefined;
  /** The fact, if it is this user's and holds. */
  findHeld(tenant: Tenant, id: FactId): StoredFact | undefined;
  /** The one of a chain that holds. */
  findHolder(chain: number): StoredFact | undefined;
  listChain(chain: number): readonly StoredFact[];
  /** Makes the user too. */
  insert(tenant: Tenant, fact: Inserted): StoredFact;
  rewrite(fact: StoredFact, now: Pick<NewFact, 'text' | 'category'>): StoredFact;
  setSuperseded(fact: StoredFact, by: FactId | undefined): void;
  joinChains(from: number, to: number): void;
  /** Takes the fact away, and what was noted of it. */
  drop(fact: StoredFact): void;
  note(kind: FactChange['kind'], fact: StoredFact, how: Noted): void;
}

export function createSqliteFactTable(db: Database, clock: Clock): SqliteFactTable {
  const sql = prepareStatements(db);
  const get = (seq: number): StoredFact => toFact(sql.get.get(seq));
  return {
    get,
    find: (tenant, id) => toKnownFact(sql.find.get({ ...tenant, id })),
    isTaken: (id) => sql.isTaken.get(id) !== undefined,
    findByText: (tenant, text) =>
      toKnownFact(sql.findByText.get({ ...tenant, wording: toWording(text) })),
    findHeld: (tenant, id) => toKnownFact(sql.findHeld.get({ ...tenant, id })),
    findHolder: (chain) => toKnownFact(sql.findHolder.get(chain)),
    listChain: (chain) => sql.listChain.all(chain).map(toFact),
    insert(tenant, { id, text, category, source, createdAt, chain = null }) {
      const now = clock.now();
      sql.ensureUser.run({ ...tenant, now });
      const row = { ...tenant, ...toSourceColumns(source), id, text, category, chain };
      return toFact(sql.add.get({ ...row, wording: toWording(text), now: createdAt ?? now }));
    },
    rewrite({ seq }, { text, category }) {
      sql.rewrite.run({ seq, text, category });
      return get(seq);
    },
    setSuperseded: ({ seq }, by) => void sql.setSuperseded.run(by ?? null, seq),
    joinChains(from, to) {
      sql.moveFacts.run({ from, to });
      sql.moveChanges.run({ from, to });
    },
    drop({ seq, id, chain, supersededBy = null }) {
      sql.pointElsewhere.run({ id, chain, by: supersededBy });
      sql.dropChanges.run({ id, chain });
      sql.drop.run(seq);
    },
    note(kind, { id: factId, text, chain }, { source, replaced = null, at = clock.now() }) {
      const row = { ...toSourceColumns(source), chain, factId, kind, text, replaced, at };
      sql.note.run(row);
    },
  };
}

function prepareStatements(db: Database) {
  return {
    ensureUser: db.prepare(ENSURE_USER),
    get: db.prepare('SELECT * FROM fact WHERE seq = ?'),
    findByText: db.prepare(
      'SELECT * FROM fact WHERE org_id = @org AND user_id = @user AND wording = @wording',
    ),
    find: db.prepare('SELECT * FROM fact WHERE id = @id AND org_id = @org AND user_id = @user'),
    isTaken: db.prepare('SELECT 1 FROM fact WHERE id = ?'),
    findHeld: db.prepare(
      `SELECT * FROM fact WHERE id = @id AND org_id = @org AND user_id = @user
         AND superseded_by IS NULL`,
    ),
    findHolder: db.prepare('SELECT * FROM fact WHERE chain = ? AND superseded_by IS NULL'),
    listChain: db.prepare('SELECT * FROM fact WHERE chain = ?'),
    // A number that neither a fact nor a chain has: chains outlive the fact that began them.
    add: db.prepare(
      `WITH next (seq) AS (
         SELECT 1 + max(coalesce((SELECT max(seq) FROM fact), 0), coalesce((SELECT max(chain) FROM fact), 0)))
       INSERT INTO fact (seq, id, org_id, user_id, text, wording, category, source, source_name, run_id,
         created_at, chain)
       SELECT seq, @id, @org, @user, @text, @wording, @category, @source, @sourceName, @runId,
         @now, coalesce(@chain, seq)
       FROM next RETURNING *`,
    ),
    rewrite: db.prepare('UPDATE fact SET text = @text, category = @category WHERE seq = @seq'),
    setSuperseded: db.prepare('UPDATE fact SET superseded_by = ? WHERE seq = ?'),
    moveFacts: db.prepare('UPDATE fact SET chain = @to WHERE chain = @from'),
    moveChanges: db.prepare('UPDATE fact_change SET chain = @to WHERE chain = @from'),
    pointElsewhere: db.prepare(
      'UPDATE fact SET superseded_by = @by WHERE chain = @chain AND superseded_by = @id AND @by IS NOT NULL',
    ),
    drop: db.prepare('DELETE FROM fact WHERE seq = ?'),
    dropChanges: db.prepare('DELETE FROM fact_change WHERE chain = @chain AND fact_id = @id'),
    note: db.prepare(
      `INSERT INTO fact_change (chain, fact_id, kind, text, replaced_id, source, source_name, run_id, at)
       VALUES (@chain, @factId, @kind, @text, @replaced, @source, @sourceName, @runId, @at)`,
    ),
  };
}
