import { createHash } from 'node:crypto';
import type { Tenant } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Embedded, Fact } from './ports.ts';

/** Facts whose codes share a row. */
const ROW_FACTS = 64;
const SHELF_BYTES = 16;
const SEQ_BYTES = 8;
/** SQL: a number that no row has had. */
const VERSION = 'random() & 9007199254740991';

const CodeRow = z.object({
  id: z.int(),
  count: z.int(),
  seqs: z.instanceof(Uint8Array),
  codes: z.instanceof(Uint8Array),
});

/** Vectors with their codes; everything happens in the transaction of the caller. */
export interface SqliteFactCodes {
  /** The fact must have none. */
  put(fact: Pick<Fact, 'seq' | 'tenant'>, embedded: Embedded): void;
  /** A fact without a vector is none to drop. */
  drop(seq: number): void;
}

export function createSqliteFactCodes(db: Database): SqliteFactCodes {
  const sql = prepareStatements(db);
  return {
    put({ seq, tenant }, { vector, embedding }) {
      const shelf = toShelf(tenant, embedding);
      const last = CodeRow.optional().parse(sql.last.get(shelf));
      const row = last !== undefined && last.count < ROW_FACTS ? last : undefined;
      const columns = {
        count: (row?.count ?? 0) + 1,
        seqs: Buffer.concat([row?.seqs ?? Buffer.alloc(0), toSeqBytes(seq)]),
        codes: Buffer.concat([row?.codes ?? Buffer.alloc(0), toBytes(toCode(vector))]),
      };
      if (row !== undefined) sql.set.run({ ...columns, id: row.id });
      const id = row?.id ?? sql.add.run({ ...columns, shelf }).lastInsertRowid;
      sql.addVector.run(seq, id, toBytes(vector));
    },
    drop(seq) {
      const row = CodeRow.optional().parse(sql.ofFact.get(seq));
      if (row === undefined) return;
      const left = without(row, seq);
      if (left.count === 0) sql.remove.run(row.id);
      else sql.set.run({ ...left, id: row.id });
      sql.dropVector.run(seq);
    },
  };
}

/** The columns of a row without this fact, and without what earlier versions left of others. */
function without({ seqs, codes, count }: z.infer<typeof CodeRow>, seq: number) {
  const size = codes.length / count;
  const kept = [...readSeqs(seqs).entries()].filter(([, each]) => each !== seq && each !== 0);
  return {
    count: kept.length,
    seqs: Buffer.concat(kept.map(([, each]) => toSeqBytes(each))),
    codes: Buffer.concat(kept.map(([at]) => codes.subarray(at * size, (at + 1) * size))),
  };
}

function prepareStatements(db: Database) {
  return {
    last: db.prepare(
      'SELECT id, count, seqs, codes FROM fact_code WHERE shelf = ? ORDER BY id DESC LIMIT 1',
    ),
    ofFact: db.prepare(
      `SELECT id, count, seqs, codes FROM fact_vector
       JOIN fact_code ON fact_code.id = fact_vector.code_id WHERE fact_seq = ?`,
    ),
    add: db.prepare(
      `INSERT INTO fact_code (shelf, count, seqs, codes, version) VALUES (@shelf, @count, @seqs, @codes, ${VERSION})`,
    ),
    set: db.prepare(
      `UPDATE fact_code SET count = @count, seqs = @seqs, codes = @codes, version = ${VERSION} WHERE id = @id`,
    ),
    remove: db.prepare('DELETE FROM fact_code WHERE id = ?'),
    addVector: db.prepare('INSERT INTO fact_vector (fact_seq, code_id, vector) VALUES (?, ?, ?)'),
    dropVector: db.prepare('DELETE FROM fact_vector WHERE fact_seq = ?'),
  };
}

/** What stands for a user's vectors of one embedder. */
export function toShelf({ org, user }: Tenant, embedding: string): Buffer {
  const named = JSON.stringify([org, user, embedding]);
  return createHash('sha256').update(named).digest().subarray(0, SHELF_BYTES);
}

/** The signs of a vector, one bit for each dimension, in whole words of 32 bits. */
export function toCode(vector: Float32Array): Uint32Array {
  const words = new Uint32Array(Math.ceil(vector.length / 32));
  for (const [at, value] of vector.entries())
    if (value > 0) words[at >> 5] = (words[at >> 5] ?? 0) | (1 << (at & 31));
  return words;
}

export function toBytes({ buffer, byteOffset, byteLength }: Float32Array | Uint32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function toSeqBytes(seq: number): Buffer {
  const bytes = Buffer.alloc(SEQ_BYTES);
  bytes.writeDoubleLE(seq);
  return bytes;
}

/** The facts of a row in their order; 0 where an earlier version took one away. */
function readSeqs(bytes: Uint8Array): readonly number[] {
  // A copy, for a view of numbers must begin at one.
  return [...new Float64Array(new Uint8Array(bytes).buffer)];
}
