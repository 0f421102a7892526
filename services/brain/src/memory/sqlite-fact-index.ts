import type { FactId } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { foldText } from '../conversations/find-words.ts';
import { toUserWord } from '../storage/user-word.ts';
import type { Embedded, Fact } from './ports.ts';
import { createSqliteFactCodes } from './sqlite-fact-codes.ts';

/** Where vectors are kept: in SQLite, where a fact and its vector are one commit, in another index, or nowhere. */
export type VectorPlace = 'here' | 'elsewhere' | 'nowhere';

/** SQL: another index is to forget a fact. */
export const LET_FORGET =
  'INSERT INTO fact_to_forget (fact_id) VALUES (?) ON CONFLICT DO UPDATE SET forgotten_at = NULL';

/** What the search knows of facts; everything happens in the transaction of the caller. */
export interface SqliteFactIndex {
  /** Makes a fact known that holds. */
  learn(fact: Fact, embedded: Embedded | undefined): void;
  /** Makes a fact unknown that holds no more. */
  forget(fact: Fact): void;
  putVector(fact: Pick<Fact, 'seq' | 'id' | 'tenant'>, embedded: Embedded): void;
  dropVectors(ids: readonly FactId[]): void;
  /** Makes its words known anew. */
  learnWords(fact: Pick<Fact, 'seq' | 'tenant' | 'text'>): void;
}

export function createSqliteFactIndex(db: Database, place: VectorPlace): SqliteFactIndex {
  const sql = prepareStatements(db);
  const codes = createSqliteFactCodes(db);
  const putVector: SqliteFactIndex['putVector'] = ({ seq, id, tenant }, embedded) => {
    // Meanwhile it may have been replaced, or forgotten, and its place may be another one's.
    if (sql.holds.get(seq, id) === undefined) return;
    codes.drop(seq);
    codes.put({ seq, tenant }, embedded);
    sql.setEmbedding.run(embedded.embedding, seq);
  };
  const learnWords: SqliteFactIndex['learnWords'] = ({ seq, tenant, text }) => {
    sql.forget.run(seq);
    sql.learn.run(seq, toUserWord(tenant), foldText(text));
  };
  return {
    putVector,
    learnWords,
    learn(fact, embedded) {
      learnWords(fact);
      if (place === 'elsewhere') sql.keep.run(fact.id);
      if (place === 'here' && embedded !== undefined) putVector(fact, embedded);
    },
    dropVectors(ids) {
      for (const id of ids) codes.drop(Number(sql.seqOf.get(id) ?? 0));
    },
    forget({ seq, id }) {
      sql.forget.run(seq);
      codes.drop(seq);
      sql.setEmbedding.run('', seq);
      if (place === 'elsewhere') sql.letForget.run(id);
    },
  };
}

function prepareStatements(db: Database) {
  return {
    holds: db.prepare('SELECT 1 FROM fact WHERE seq = ? AND id = ? AND superseded_by IS NULL'),
    learn: db.prepare('INSERT INTO fact_search (rowid, whose, content) VALUES (?, ?, ?)'),
    forget: db.prepare('DELETE FROM fact_search WHERE rowid = ?'),
    seqOf: db.prepare('SELECT seq FROM fact WHERE id = ?').pluck(),
    setEmbedding: db.prepare('UPDATE fact SET embedding = ? WHERE seq = ?'),
    letForget: db.prepare(LET_FORGET),
    keep: db.prepare('DELETE FROM fact_to_forget WHERE fact_id = ?'),
  };
}
