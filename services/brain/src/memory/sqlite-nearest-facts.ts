import { FactId, type Tenant } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Embedded, NearFact } from './ports.ts';
import { readSeqs, toBytes, toCode, toShelf } from './sqlite-fact-codes.ts';

/** Of a user with more facts than that, only those are compared whose signs come near. */
const COMPARED_ALL = 1_500;
/** How many of these there are for each fact that is wanted. */
const SPARE = 4;

const CodeRow = z.object({ seqs: z.instanceof(Uint8Array), codes: z.instanceof(Uint8Array) });
const NearRow = z.object({ id: FactId, distance: z.number() });

/** Finds facts by their vectors; needs a connection with sqlite-vec. */
export type FindNearest = (tenant: Tenant, to: Embedded, limit: number) => readonly NearFact[];

export function prepareFindNearest(db: Database): FindNearest {
  const codes = db.prepare('SELECT seqs, codes FROM fact_code WHERE shelf = ?');
  // Of vectors of length 1, which are quicker to tell apart by their distance.
  const compare = db.prepare(
    `SELECT fact.id, vec_distance_L2(fact_vector.vector, @vector) AS distance
     FROM json_each(@seqs) near
     CROSS JOIN fact_vector ON fact_vector.fact_seq = near.value
     CROSS JOIN fact ON fact.seq = near.value
     WHERE fact.superseded_by IS NULL ORDER BY distance LIMIT @limit`,
  );
  return (tenant, { vector, embedding }, limit) => {
    const rows = z.array(CodeRow).parse(codes.all(toShelf(tenant, embedding)));
    const likely = chooseLikely(rows, toWords(toCode(vector)), limit * SPARE);
    const found = compare.all({ seqs: JSON.stringify(likely), vector: toBytes(vector), limit });
    return z
      .array(NearRow)
      .parse(found)
      .map(({ id, distance }) => ({ id, cosine: 1 - distance ** 2 / 2 }));
  };
}

type Rows = readonly z.infer<typeof CodeRow>[];

/** The facts whose signs differ in the fewest places; all of them, when they are few. */
function chooseLikely(rows: Rows, code: Uint32Array, most: number): readonly number[] {
  const seqs = Float64Array.from(rows.flatMap((row) => [...readSeqs(row.seqs)]));
  const live = seqs.filter((seq) => seq !== 0);
  if (live.length <= COMPARED_ALL) return [...live];
  const { apart, limit } = measureAll(rows, code, { seqs, most });
  const likely: number[] = [];
  for (const [place, seq] of seqs.entries())
    if (seq !== 0 && (apart[place] ?? 0) <= limit) likely.push(place);
  // Where many are equally far, the last ones are left out.
  return likely
    .sort((one, other) => (apart[one] ?? 0) - (apart[other] ?? 0))
    .slice(0, most)
    .map((place) => seqs[place] ?? 0);
}

/** In how many places each code differs from this one, and in how many the `most` nearest of facts do at most. */
function measureAll(
  rows: Rows,
  code: Uint32Array,
  { seqs, most }: { readonly seqs: Float64Array; readonly most: number },
): { readonly apart: Uint16Array; readonly limit: number } {
  const { length } = code;
  const apart = new Uint16Array(seqs.length);
  const times = new Uint32Array(length * 32 + 1);
  let place = 0;
  for (const row of rows) {
    const codes = toWords(row.codes);
    for (let from = 0; from < codes.length; from += length) {
      const bits = countApart(codes, from, code);
      apart[place] = bits;
      if (seqs[place++] !== 0) times[bits] = (times[bits] ?? 0) + 1;
    }
  }
  let limit = 0;
  for (let sum = times[0] ?? 0; sum < most && limit < times.length; ) sum += times[++limit] ?? 0;
  return { apart, limit };
}

function countApart(codes: Uint32Array, from: number, code: Uint32Array): number {
  let bits = 0;
  for (let at = 0; at < code.length; at++)
    bits += countBits((codes[from + at] ?? 0) ^ (code[at] ?? 0));
  return bits;
}

/** SWAR: sums pairs, then fours, then eights of bits side by side. */
function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** A copy where it is needed: a view of words must begin at one. */
function toWords(bytes: Uint8Array): Uint32Array {
  const { buffer, byteOffset, byteLength } =
    bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}
