import { createHash } from 'node:crypto';
import type { FactId, Tenant } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { foldText } from '../conversations/find-words.ts';
import { toUserWord } from '../storage/user-word.ts';
import type { Embedded, Fact } from './ports.ts';

/** Where vectors are kept: in SQLite, where a fact and its vector are one commit, in another index, or nowhere. */
export type VectorPlace = 'here' | 'elsewhere' | 'nowhere';

/** What the search knows of facts; everything happens in the transaction of the caller. */
export interface SqliteFactIndex {
  /** Makes a fact known that holds. */
  learn(fact: Fact, embedded: Embedded | undefined): void;
  /** Makes a fact unknown that holds no more. */
  forget(fact: Fact): void;
  putVector(fact: Pick<Fact, 'seq' | 'tenant'>, embedded: Embedded): void;
  dropVectors(ids: readonly FactId[]): void;
  /** Makes its words known anew. */
  learnWords(fact: Pick<Fact, 'seq' | 'tenant' | 'text'>): void;
}

export function createSqliteFactIndex(db: Database, place: VectorPlace): SqliteFactIndex {
  const sql = prepareStatements(db);
  const putVector: SqliteFactIndex['putVector'] = ({ seq, tenant }, { vector, embedding }) => {
    // Meanwhile it may have been replaced, or forgotten.
    if (sql.holds.get(seq) === undefined) return;
    sql.dropCode.run(seq);
    sql.addCode.run(toShelf(tenant, embedding), seq, toCode(vector));
    sql.putVector.run(seq, toBytes(vector));
    sql.setEmbedding.run(embedding, seq);
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
      for (const id of ids) {
        sql.dropCodeOf.run(id);
        sql.dropVectorOf.run(id);
      }
    },
    forget({ seq, id }) {
      sql.forget.run(seq);
      sql.dropCode.run(seq);
      sql.dropVector.run(seq);
      sql.setEmbedding.run('', seq);
      if (place === 'elsewhere') sql.letForget.run(id);
    },
  };
}

function prepareStatements(db: Database) {
  return {
    holds: db.prepare('SELECT 1 FROM fact WHERE seq = ? AND superseded_by IS NULL'),
    learn: db.prepare('INSERT INTO fact_search (rowid, whose, content) VALUES (?, ?, ?)'),
    forget: db.prepare('DELETE FROM fact_search WHERE rowid = ?'),
    addCode: db.prepare('INSERT INTO fact_code (shelf, fact_seq, code) VALUES (?, ?, ?)'),
    dropCode: db.prepare('DELETE FROM fact_code WHERE fact_seq = ?'),
    putVector: db.prepare('INSERT OR REPLACE INTO fact_vector (fact_seq, vector) VALUES (?, ?)'),
    dropVector: db.prepare('DELETE FROM fact_vector WHERE fact_seq = ?'),
    dropCodeOf: db.prepare(
      'DELETE FROM fact_code WHERE fact_seq = (SELECT seq FROM fact WHERE id = ?)',
    ),
    dropVectorOf: db.prepare(
      'DELETE FROM fact_vector WHERE fact_seq = (SELECT seq FROM fact WHERE id = ?)',
    ),
    setEmbedding: db.prepare('UPDATE fact SET embedding = ? WHERE seq = ?'),
    letForget: db.prepare('INSERT OR IGNORE INTO fact_to_forget (fact_id) VALUES (?)'),
    keep: db.prepare('DELETE FROM fact_to_forget WHERE fact_id = ?'),
  };
}

const SHELF_BYTES = 16;

/** What stands for a user's vectors of one embedder. */
export function toShelf({ org, user }: Tenant, embedding: string): Buffer {
  const named = JSON.stringify([org, user, embedding]);
  return createHash('sha256').update(named).digest().subarray(0, SHELF_BYTES);
}

/** The signs of a vector, one bit for each dimension. */
export function toCode(vector: Float32Array): Buffer {
  const code = Buffer.alloc(Math.ceil(vector.length / 8));
  for (const [at, value] of vector.entries())
    if (value > 0) code[at >> 3] = (code[at >> 3] ?? 0) | (1 << (at & 7));
  return code;
}

export function toBytes({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
