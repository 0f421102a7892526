import { FactId, type Tenant } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Embedded, NearFact } from './ports.ts';
import { toBytes, toCode, toShelf } from './sqlite-fact-index.ts';

/** Of a user with more facts than that, only those are compared whose signs come near. */
const COMPARED_ALL = 1_500;
/** How many of these there are for each fact that is wanted. */
const SPARE = 4;

const NearRow = z.object({ id: FactId, distance: z.number() });

/** Finds facts by their vectors; needs a connection with sqlite-vec. */
export type FindNearest = (tenant: Tenant, to: Embedded, limit: number) => readonly NearFact[];

export function prepareFindNearest(db: Database): FindNearest {
  const sql = prepareStatements(db);
  return (tenant, { vector, embedding }, limit) => {
    const shelf = toShelf(tenant, embedding);
    const whose = { shelf, vector: toBytes(vector), limit };
    const count = Number(sql.count.get({ shelf, most: COMPARED_ALL + 1 }));
    const rows =
      count <= COMPARED_ALL
        ? sql.all.all(whose)
        : sql.likely.all({ ...whose, code: toCode(vector), near: limit * SPARE });
    return z
      .array(NearRow)
      .parse(rows)
      .map(({ id, distance }) => ({ id, cosine: 1 - distance ** 2 / 2 }));
  };
}

function prepareStatements(db: Database) {
  const own = 'fact_code.shelf = @shelf';
  // Of vectors of length 1, which are quicker to tell apart by their distance.
  const compare = (near: string) =>
    `SELECT fact.id, vec_distance_L2(fact_vector.vector, @vector) AS distance FROM ${near} near
     CROSS JOIN fact_vector ON fact_vector.fact_seq = near.fact_seq
     CROSS JOIN fact ON fact.seq = near.fact_seq
     WHERE fact.superseded_by IS NULL ORDER BY distance LIMIT @limit`;
  return {
    count: db
      .prepare(`SELECT count(*) FROM (SELECT 1 FROM fact_code WHERE ${own} LIMIT @most)`)
      .pluck(),
    all: db.prepare(compare(`(SELECT fact_seq FROM fact_code WHERE ${own})`)),
    likely: db.prepare(
      `WITH likely AS MATERIALIZED (
         SELECT fact_seq, vec_distance_hamming(vec_bit(code), vec_bit(@code)) AS apart
         FROM fact_code WHERE ${own} ORDER BY apart LIMIT @near)
       ${compare('likely')}`,
    ),
  };
}
