import type { CataloguedTool } from './ports.ts';

/** Words of a query that count. */
const MAX_WORDS = 16;
/** A word of the name says more than one of the description, a whole word more than the beginning of one. */
const WEIGHTS = { name: 5, server: 3, description: 1 } as const;
const PREFIX_SHARE = 0.5;
/** Shorter words begin too many others. */
const PREFIX_MIN_CHARS = 3;

/** Tools by how well they fit the words of a query, the best first; those that fit none are left out. */
export function searchTools(
  tools: readonly CataloguedTool[],
  query: string,
  limit: number,
): readonly CataloguedTool[] {
  const wanted = [...new Set(toWords(query))].slice(0, MAX_WORDS);
  const scored = tools.map((tool) => {
    const fields = toFields(tool);
    return { tool, scores: wanted.map((word) => scoreWord(fields, word)) };
  });
  // A word that few tools have says more than one that many have.
  const rarities = wanted.map((_, place) => {
    const having = scored.filter(({ scores }) => (scores[place] ?? 0) > 0).length;
    return Math.log(1 + tools.length / Math.max(1, having));
  });
  return scored
    .map(({ tool, scores }) => ({
      tool,
      score: scores.reduce((sum, each, place) => sum + each * (rarities[place] ?? 0), 0),
    }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ tool }) => tool);
}

type Fields = Readonly<Record<keyof typeof WEIGHTS, readonly string[]>>;

function toFields({ name, server, description }: CataloguedTool): Fields {
  return { name: toWords(name), server: toWords(server), description: toWords(description) };
}

function scoreWord({ name, server, description }: Fields, word: string): number {
  return (
    WEIGHTS.name * matchWord(name, word) +
    WEIGHTS.server * matchWord(server, word) +
    WEIGHTS.description * matchWord(description, word)
  );
}

function matchWord(words: readonly string[], wanted: string): number {
  if (words.includes(wanted)) return 1;
  const isAlike = (word: string): boolean =>
    wanted.length >= PREFIX_MIN_CHARS &&
    word.length >= PREFIX_MIN_CHARS &&
    (word.startsWith(wanted) || wanted.startsWith(word));
  return words.some(isAlike) ? PREFIX_SHARE : 0;
}

/** Words without case and accents; `readFile` and `read-file` are two each. */
function toWords(text: string): readonly string[] {
  const parted = text.replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ');
  const plain = parted.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}
