import type { Usage } from '@bakerst/contracts';
import type { PromptSegment } from '../api/prompt-segments.ts';
import { openHash } from '../open-hash.ts';
import { countPromptTokens, toTokens } from './count-tokens.ts';

const MAX_ENTRIES = 1_000;

export type InputUsage = Omit<Usage, 'output_tokens'>;

export interface PromptCache {
  /** Counts the tokens of a prompt and remembers its marked prefixes, as the API bills them. */
  charge(model: string, segments: readonly PromptSegment[]): InputUsage;
}

interface Prefix {
  readonly key: string;
  readonly tokens: number;
  readonly isMarked: boolean;
}

/** Keeps the hashes of the last marked prefixes; they do not expire by time and have no least length. */
export function createPromptCache(): PromptCache {
  const known = new Set<string>();
  return {
    charge(model, segments) {
      const total = countPromptTokens(segments);
      const prefixes = toPrefixes(model, segments);
      const written = prefixes.at(-1)?.tokens ?? 0;
      const read = prefixes.findLast((prefix) => known.has(prefix.key))?.tokens ?? 0;
      for (const { key } of prefixes.filter((prefix) => prefix.isMarked)) remember(known, key);
      return {
        input_tokens: total - written,
        cache_creation_input_tokens: written - read,
        cache_read_input_tokens: read,
      };
    },
  };
}

/** Every prefix up to the last mark; empty without marks, so that unmarked prompts cost no hashing. */
function toPrefixes(model: string, segments: readonly PromptSegment[]): readonly Prefix[] {
  const end = segments.findLastIndex((segment) => segment.isMarked) + 1;
  const hash = openHash().update(model);
  let chars = 0;
  return segments.slice(0, end).map(({ text, isMarked }) => {
    chars += text.length;
    hash.update(`\n${text.length}:`).update(text);
    return { key: hash.copy().digest('base64'), tokens: toTokens(chars), isMarked };
  });
}

function remember(known: Set<string>, key: string): void {
  known.delete(key);
  known.add(key);
  if (known.size <= MAX_ENTRIES) return;
  for (const oldest of known) {
    known.delete(oldest);
    return;
  }
}
