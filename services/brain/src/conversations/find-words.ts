/** Words of a query that count; more are not looked for. */
const MAX_WORDS = 16;
/** Characters before and behind the first word that was found. */
const AROUND = 80;

/** Of a long text only so much is looked through for the place to show. */
const SCAN_CHARS = 10_000;

/** Text as the index knows it: without case, accents and other marks, in any script. */
export function foldText(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').normalize('NFC').toLowerCase();
}

/** The words of a query as the index knows them. */
export function toWords(query: string): readonly string[] {
  const words = foldText(query).match(/[\p{L}\p{N}\p{Co}]+/gu) ?? [];
  return [...new Set(words)].slice(0, MAX_WORDS);
}

export interface Snippet {
  readonly snippet: string;
  /** Where the words stand in it: start and end in UTF-16 units. */
  readonly marks: readonly (readonly [number, number])[];
}

/** The part of a text around the first of these words, and where they stand in it. */
export function toSnippet(text: string, words: readonly string[]): Snippet {
  const [first] = findWords(text.slice(0, SCAN_CHARS), words).next().value ?? [0];
  const from = first <= AROUND ? 0 : afterBlank(text, first - AROUND);
  const to = Math.min(text.length, first + AROUND * 2);
  const part = text.slice(from, to).replaceAll(/\s/g, ' ');
  const snippet = `${from > 0 ? '…' : ''}${toWhole(part)}${to < text.length ? '…' : ''}`;
  return { snippet, marks: [...findWords(snippet, words)] };
}

/** Places of whole words, the last one of the query as a beginning too. */
function* findWords(
  text: string,
  words: readonly string[],
): Generator<readonly [number, number], undefined> {
  const last = words.at(-1) ?? '';
  for (const match of text.matchAll(/[\p{L}\p{N}\p{M}\p{Co}]+/gu)) {
    const word = foldText(match[0]);
    if (words.includes(word) || (last !== '' && word.startsWith(last)))
      yield [match.index, match.index + match[0].length];
  }
}

function afterBlank(text: string, from: number): number {
  const blank = text.slice(from, from + AROUND / 2).search(/\s/);
  return blank < 0 ? from : from + blank + 1;
}

/** Half of a character that takes two units is none. */
function toWhole(text: string): string {
  return text.replace(/^[\uDC00-\uDFFF]/, '').replace(/[\uD800-\uDBFF]$/, '');
}
