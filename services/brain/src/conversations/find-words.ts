/** Words of a query that count; more are not looked for. */
const MAX_WORDS = 16;
/** Characters before and behind the first word that was found. */
const AROUND = 80;

/** The words of a query as the index knows them: letters and digits, without accents, in lower case. */
export function toWords(query: string): readonly string[] {
  const words = fold(query).match(/[\p{L}\p{N}\p{Co}]+/gu) ?? [];
  return [...new Set(words)].slice(0, MAX_WORDS);
}

export interface Snippet {
  readonly snippet: string;
  /** Where the words stand in it: start and end in UTF-16 units. */
  readonly marks: readonly (readonly [number, number])[];
}

/** The part of a text around the first of these words, and where they stand in it. */
export function toSnippet(text: string, words: readonly string[]): Snippet {
  const first = findWords(text, words)[0]?.[0] ?? 0;
  const from = first <= AROUND ? 0 : afterBlank(text, first - AROUND);
  const to = Math.min(text.length, first + AROUND * 2);
  const part = text.slice(from, to).replaceAll(/\s/g, ' ');
  const snippet = `${from > 0 ? '…' : ''}${toWhole(part)}${to < text.length ? '…' : ''}`;
  return { snippet, marks: findWords(snippet, words) };
}

/** Places of whole words, the last one of the query as a beginning too. */
function findWords(text: string, words: readonly string[]): (readonly [number, number])[] {
  const last = words.at(-1) ?? '';
  return [...text.matchAll(/[\p{L}\p{N}\p{M}\p{Co}]+/gu)].flatMap((match) => {
    const word = fold(match[0]);
    if (!words.includes(word) && !(last !== '' && word.startsWith(last))) return [];
    return [[match.index, match.index + match[0].length] as const];
  });
}

function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

function afterBlank(text: string, from: number): number {
  const blank = text.slice(from, from + AROUND / 2).search(/\s/);
  return blank < 0 ? from : from + blank + 1;
}

/** Half of a character that takes two units is none. */
function toWhole(text: string): string {
  return text.replace(/^[\uDC00-\uDFFF]/, '').replace(/[\uD800-\uDBFF]$/, '');
}
