import { isRecord, type JsonObject } from '../api/narrow.ts';
import type { AnsweredCall } from './rule.ts';

/** A remembered fact as memory_search gave it; without an id it cannot be corrected. */
export interface MemoryHit {
  readonly id: string | undefined;
  readonly text: string;
}

const TEXT_NAMES = ['text', 'content', 'fact', 'memory'] as const;
const ID_NAMES = ['id', 'fact_id', 'memory_id'] as const;

/** The hits of a search, best first; an error, or text that is no list, has none. */
export function readHits({ text, isError }: AnsweredCall): readonly MemoryHit[] {
  if (isError) return [];
  return findRecords(parse(text)).flatMap(toHit);
}

/** The hit that says how something is called; else one that names it; else the best one. */
export function pickNamed(hits: readonly MemoryHit[], subject: string): MemoryHit | undefined {
  const about = hits.filter(({ text }) => text.toLowerCase().includes(subject.toLowerCase()));
  return about.find(({ text }) => /\b(?:called|named)\b/i.test(text)) ?? about[0] ?? hits[0];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A sentence such as "nothing found" is no list of facts.
    return undefined;
  }
}

function findRecords(value: unknown): readonly JsonObject[] {
  if (Array.isArray(value)) return value.filter(isRecord);
  if (!isRecord(value)) return [];
  const list = Object.values(value).find((entry) => Array.isArray(entry));
  return list === undefined ? [] : findRecords(list);
}

function toHit(record: JsonObject): readonly MemoryHit[] {
  const text = pick(record, TEXT_NAMES);
  return text === undefined ? [] : [{ id: pick(record, ID_NAMES), text }];
}

function pick(record: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = record[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}
