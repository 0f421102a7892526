import { createHash } from 'node:crypto';
import { toWords } from '../../services/brain/src/conversations/find-words.ts';
import { toContentWords } from '../../services/brain/src/memory/stop-words.ts';

/** Of every vector that is made here. */
const SYNONYM_DIMENSION = 256;
/** Words of one text that are looked at. */
const MAX_WORDS = 16;

/** Turns a text into a vector of length 1. */
type EmbedText = (text: string) => Float32Array;

/**
 * An embedder that knows which words mean the same from a table and nothing else: each meaning is a fixed direction, a
 * text the sum of its meanings. The same text is the same vector on every machine.
 */
export function createSynonymEmbedder(synonyms: readonly (readonly string[])[]): EmbedText {
  const meanings = new Map<string, string[]>();
  for (const [meaning = '', ...others] of synonyms)
    for (const word of [meaning, ...others]) {
      const known = meanings.get(word) ?? [];
      known.push(meaning);
      meanings.set(word, known);
    }
  return (text) => {
    const words = toContentWords(toWords(text)).slice(0, MAX_WORDS);
    const concepts = new Set(words.flatMap((word) => meanings.get(word) ?? [toSingular(word)]));
    return toUnit([...concepts].map(toDirection));
  };
}

function toSingular(word: string): string {
  return word.length > 3 && !word.endsWith('ss') ? word.replace(/s$/, '') : word;
}

function toDirection(concept: string): Float32Array {
  const bytes: Buffer[] = [];
  for (let part = 0; part < SYNONYM_DIMENSION / 64; part++)
    bytes.push(createHash('sha512').update(`${part}:${concept}`).digest());
  return toUnit([Float32Array.from(Buffer.concat(bytes), (byte) => byte - 127.5)]);
}

function toUnit(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(SYNONYM_DIMENSION);
  for (const vector of vectors)
    for (const [at, value] of vector.entries()) sum[at] = (sum[at] ?? 0) + value;
  const length = Math.hypot(...sum);
  return length === 0 ? sum : sum.map((value) => value / length);
}
