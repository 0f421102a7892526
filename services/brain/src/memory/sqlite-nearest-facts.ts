import { FactId, type Tenant } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Embedded, NearFact } from './ports.ts';
import { type CodeBlock, createShelfReader } from './sqlite-code-shelves.ts';
import { toBytes, toCode, toShelf } from './sqlite-fact-codes.ts';

/** Of a user with more facts than that, only those are compared whose signs come near. */
const COMPARED_ALL = 1_500;
/** How many of these there are for each fact that is wanted. */
const SPARE = 4;

const NearRow = z.object({ id: FactId, distance: z.number() });

/** Finds facts by their vectors; needs a connection with sqlite-vec. */
export type FindNearest = (tenant: Tenant, to: Embedded, limit: number) => readonly NearFact[];

export function prepareFindNearest(db: Database): FindNearest {
  const readShelf = createShelfReader(db);
  // Of vectors of length 1, which are quicker to tell apart by their distance.
  const compare = db.prepare(
    `SELECT fact.id, vec_distance_L2(fact_vector.vector, @vector) AS distance
     FROM json_each(@seqs) near
     CROSS JOIN fact_vector ON fact_vector.fact_seq = near.value
     CROSS JOIN fact ON fact.seq = near.value
     WHERE fact.superseded_by IS NULL ORDER BY distance LIMIT @limit`,
  );
  return (tenant, { vector, embedding }, limit) => {
    const code = toCode(vector);
    const blocks = readShelf(toShelf(tenant, embedding));
    const likely = chooseLikely(blocks, code, limit * SPARE);
    const found = compare.all({ seqs: JSON.stringify(likely), vector: toBytes(vector), limit });
    return z
      .array(NearRow)
      .parse(found)
      .map(({ id, distance }) => ({ id, cosine: 1 - distance ** 2 / 2 }));
  };
}

/** The facts whose signs differ in the fewest places; all of them, when they are few. */
function chooseLikely(
  blocks: readonly CodeBlock[],
  code: Uint32Array,
  most: number,
): readonly number[] {
  const count = blocks.reduce((sum, { seqs }) => sum + seqs.length, 0);
  if (count <= COMPARED_ALL) return blocks.flatMap(({ seqs }) => [...seqs.filter(isFact)]);
  const { apart, limit } = measureAll(blocks, code, { count, most });
  const likely: { readonly seq: number; readonly bits: number }[] = [];
  let place = 0;
  for (const { seqs } of blocks)
    for (const seq of seqs) {
      const bits = apart[place++] ?? 0;
      if (bits <= limit && isFact(seq)) likely.push({ seq, bits });
    }
  // Where many are equally far, the last ones are left out.
  return likely
    .sort((one, other) => one.bits - other.bits)
    .slice(0, most)
    .map(({ seq }) => seq);
}

function isFact(seq: number): boolean {
  return seq !== 0;
}

/** In how many places each code differs from this one, and in how many the `most` nearest of facts do at most. */
function measureAll(
  blocks: readonly CodeBlock[],
  code: Uint32Array,
  { count, most }: { readonly count: number; readonly most: number },
): { readonly apart: Uint16Array; readonly limit: number } {
  const { length } = code;
  const apart = new Uint16Array(count);
  const times = new Uint32Array(length * 32 + 1);
  let place = 0;
  for (const { seqs, codes } of blocks)
    for (let at = 0; at < seqs.length; at++) {
      const bits = countApart(codes, at * length, code);
      apart[place++] = bits;
      if (seqs[at] !== 0) times[bits] = (times[bits] ?? 0) + 1;
    }
  let limit = 0;
  for (let sum = times[0] ?? 0; sum < most && limit < times.length; ) sum += times[++limit] ?? 0;
  return { apart, limit };
}

/** Bytes that add up side by side have room for the bits of so many words: 8 of each. */
const WORDS_AT_ONCE = 16;

/** SWAR: sums pairs, then fours, then eights of bits side by side, and these of some words at once. */
function countApart(codes: Uint32Array, from: number, code: Uint32Array): number {
  let bits = 0;
  for (let at = 0; at < code.length; ) {
    const end = Math.min(at + WORDS_AT_ONCE, code.length);
    let eights = 0;
    for (; at < end; at++) {
      const word = (codes[from + at] ?? 0) ^ (code[at] ?? 0);
      // All of it stays in 32 bits, or it would be computed with floating point.
      const pairs = (word - ((word >>> 1) & 0x5555_5555)) | 0;
      const fours = ((pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333)) | 0;
      eights = (eights + ((fours + (fours >>> 4)) & 0x0f0f_0f0f)) | 0;
    }
    const halves = (eights & 0x00ff_00ff) + ((eights >>> 8) & 0x00ff_00ff);
    bits += (halves & 0xffff) + (halves >>> 16);
  }
  return bits;
}
