/** A long list or table, which is set piece by piece. */
export interface Rows {
  readonly kind: 'list' | 'table';
  /** What has to stand before each piece: the head of a table. */
  readonly head: string;
  /** Items or rows that do not change any more, some of them in each piece. */
  readonly lead: readonly string[];
  /** What goes on with them. */
  readonly text: string;
}

/** A shorter list or table is set with what stands around it. */
const ROWS_MIN_CHARS = 1_500;
const PIECE_MIN_CHARS = 600;
const ITEM = /^(?:([-+*])|\d{1,9}([.)]))[ \t]+\S/;
const DELIMITERS = /^ {0,3}\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?[ \t]*\n/;
const INDENTED = /^(?: {2}|\t)/;
/** A line that is no item however it goes on. */
const NO_ITEM = /^(?:[\p{L}|>`~[!"“(]|#{1,6} |\*\*|__)/u;
/** A line that ends an item or a row although no blank line stands before it. */
const INTERRUPTS = /^(?:#{1,6} |`{3}|~{3}|>)/;

interface Found {
  /** Where the list or table begins. */
  readonly start: number;
  readonly kind: Rows['kind'];
  readonly headLength: number;
  /** Where an item or row begins behind which nothing before it changes. */
  readonly cuts: readonly number[];
  /** Where what is behind it begins; undefined while it may go on. */
  readonly end: number | undefined;
}

export interface Line {
  readonly start: number;
  readonly line: string;
}

/** The list or table that begins with the first of these lines. */
export function findRows(lines: readonly Line[]): Found | undefined {
  const [first, second] = lines;
  if (first === undefined) return undefined;
  const marker = markerOf(first.line);
  if (marker !== undefined) return findItems(lines, marker);
  if (second === undefined || !first.line.includes('|') || !DELIMITERS.test(second.line))
    return undefined;
  return findTableRows(lines, first.line.length + second.line.length);
}

/** Whether it is so long that it is worth being set in pieces. */
export function isLong(text: string, { start, end = text.length }: Found): boolean {
  return end - start >= ROWS_MIN_CHARS;
}

export function toRows(text: string, { kind, headLength, cuts, end }: Found): Rows {
  const lead: string[] = [];
  let from = headLength;
  for (const cut of cuts) {
    if (cut - from < PIECE_MIN_CHARS) continue;
    lead.push(text.slice(from, cut));
    from = cut;
  }
  return { kind, head: text.slice(0, headLength), lead, text: text.slice(from, end) };
}

function findItems(lines: readonly Line[], marker: string): Found {
  const cuts: number[] = [];
  const start = lines[0]?.start ?? 0;
  let isAfterBlank = false;
  for (const { start: at, line } of lines) {
    const isBlank = line.trim() === '';
    const isItem = markerOf(line) === marker;
    if (isItem && at > start) cuts.push(at);
    const isOther = !isBlank && !isItem && !INDENTED.test(line);
    const isMarked = markerOf(line) !== undefined;
    const isSure = isMarked || line.endsWith('\n') || NO_ITEM.test(line);
    if (isOther && isSure && (isAfterBlank || isMarked || INTERRUPTS.test(line)))
      return { start, kind: 'list', headLength: 0, cuts, end: at };
    isAfterBlank = isBlank;
  }
  return { start, kind: 'list', headLength: 0, cuts, end: undefined };
}

function findTableRows(lines: readonly Line[], headLength: number): Found {
  const cuts: number[] = [];
  const start = lines[0]?.start ?? 0;
  for (const { start: at, line } of lines.slice(2)) {
    const isBlank = line === '\n' || (line.endsWith('\n') && line.trim() === '');
    if (isBlank || INTERRUPTS.test(line))
      return { start, kind: 'table', headLength, cuts, end: isBlank ? at + line.length : at };
    cuts.push(at);
  }
  return { start, kind: 'table', headLength, cuts, end: undefined };
}

/** What all items of one list have in common; undefined for a line that is none. */
function markerOf(line: string): string | undefined {
  const [, bullet, dot] = ITEM.exec(line) ?? [];
  return bullet ?? dot;
}
