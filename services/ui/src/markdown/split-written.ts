import { findRows, isLong, type Line, type Rows, toRows } from './split-rows.ts';

/** A stretch of markdown that can be set by itself. */
interface Prose {
  readonly kind: 'prose';
  /** The beginning of a very long paragraph, in pieces without any mark-up; `text` goes on with it. */
  readonly lead: readonly string[];
  readonly text: string;
}

interface Code {
  readonly kind: 'code';
  readonly language: string | undefined;
  readonly text: string;
}

export type Chunk = Prose | Code | Rows;

/** A shorter stretch is not worth a chunk of its own. */
const CHUNK_MIN_CHARS = 800;
/** A paragraph that is longer than this is set in pieces, of which the last is about so long. */
const PARAGRAPH_MAX_CHARS = 2_000;
const PARAGRAPH_REST_CHARS = 600;
const FENCE = /^(`{3,}|~{3,})[ \t]*([^\n`]*)\n/;
/** A line that belongs to nothing above it, and looks the same however it goes on. */
const FRESH = /^(?:\p{L}|#{1,6} )/u;
/** What may mean more than it says, or what stands further down, or be mark-up of which the end is further down. */
const MARKED = /[\\`*_~[\]<>&|$\n]|https?:|www\.|@/;
const LIKE_LIST = /^(?:\d+[.)]\s|[-+*#>=])/;
/** What begins a list behind a paragraph without a blank line between them. */
const BEGINS_LIST = /^(?:[-+*]|1[.)])[ \t]+\S/;
/** What counts for the whole text. */
const DEFINITION = /^\[[^\]\n]+\]:/m;
/** What goes on over blank lines. */
const OPEN_ENDED = /^(?:<|\$\$)/;

/**
 * Splits markdown that grows: what stands in a chunk other than the last does not change any more, so that a further word
 * costs no more in a long text than in a short one.
 */
export function createSplitter(): (text: string) => readonly Chunk[] {
  let known = '';
  let settled: Chunk[] = [];
  let lead: string[] = [];
  let from = 0;
  const settle = (chunk: Chunk, length: number): void => {
    settled.push(chunk);
    lead = [];
    from += length;
  };
  const takeProse = (rest: string): boolean => {
    const end = findEnd(rest);
    if (end !== undefined) {
      settle({ kind: 'prose', lead, text: rest.slice(0, end) }, end);
      return true;
    }
    const cut = findCut(rest, lead.length === 0);
    if (cut === undefined) return false;
    lead = [...lead, rest.slice(0, cut)];
    from += cut;
    return true;
  };
  const takeOne = (rest: string): boolean => {
    const block = lead.length === 0 ? takeBlock(rest) : undefined;
    if (block === undefined) return takeProse(rest);
    if (block.length !== undefined) settle(block.chunk, block.length);
    return block.length !== undefined;
  };
  return (text) => {
    if (!text.startsWith(known)) [settled, lead, from] = [[], [], 0];
    known = text;
    while (takeOne(text.slice(from)));
    const rest = text.slice(from);
    if (rest === '' && lead.length === 0) return [...settled];
    const block = lead.length === 0 ? takeBlock(rest)?.chunk : undefined;
    return [...settled, block ?? { kind: 'prose', lead, text: rest }];
  };
}

/** True for a text that may be more than words. */
export function hasMarkup(text: string): boolean {
  return MARKED.test(text);
}

interface Taken {
  readonly chunk: Chunk;
  /** Of all of it in the text; undefined while it may go on. */
  readonly length: number | undefined;
}

/** The block of code, the long list or the long table with which the text begins. */
function takeBlock(rest: string): Taken | undefined {
  const code = takeCode(rest);
  if (code !== undefined || DEFINITION.test(rest)) return code;
  const rows = findRows([...readLines(rest)]);
  if (rows === undefined || !isLong(rest, rows)) return undefined;
  return { chunk: toRows(rest, rows), length: rows.end };
}

function takeCode(rest: string): Taken | undefined {
  const [opening, fence = '', info = ''] = FENCE.exec(rest) ?? [];
  if (opening === undefined) return undefined;
  const language = /^[\w+#-]+/.exec(info)?.[0];
  const body = rest.slice(opening.length);
  const close = new RegExp(`^ {0,3}${fence[0]}{${fence.length},}[ \\t]*\\n`, 'm').exec(body);
  if (close !== null)
    return {
      chunk: { kind: 'code', language, text: body.slice(0, close.index).replace(/\n$/, '') },
      length: opening.length + close.index + close[0].length,
    };
  // What may be the beginning of the fence that closes it is no code.
  const text = body.replace(/\n?(?:^ {0,3}[`~]+[ \t]*)?$(?![\s\S])/m, '');
  return { chunk: { kind: 'code', language, text }, length: undefined };
}

/** Where the first stretch ends that can be set by itself. */
function findEnd(rest: string): number | undefined {
  if (DEFINITION.test(rest)) return undefined;
  const lines = [...readLines(rest)];
  let isAfterBlank = false;
  for (const [place, { start, line }] of lines.entries()) {
    if (OPEN_ENDED.test(line)) return undefined;
    if (start > 0 && FENCE.test(line)) return start;
    if (beginsRows(rest, lines.slice(place), isAfterBlank)) return start;
    if (isAfterBlank && start >= CHUNK_MIN_CHARS && FRESH.test(line)) return start;
    isAfterBlank = line.trim() === '';
  }
  return undefined;
}

/** True where a long list or table begins behind something else. */
function beginsRows(rest: string, lines: readonly Line[], isAfterBlank: boolean): boolean {
  const [{ start, line } = { start: 0, line: '' }] = lines;
  if (start === 0 || (!isAfterBlank && !BEGINS_LIST.test(line))) return false;
  const rows = findRows(lines);
  return rows !== undefined && isLong(rest, rows);
}

function* readLines(text: string): Generator<Line> {
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline + 1;
    yield { start, line: text.slice(start, end) };
    start = end;
  }
}

/** Where a very long paragraph can be cut: behind a space, with nothing but words on both sides of it. */
function findCut(rest: string, isBeginning: boolean): number | undefined {
  if (rest.length < PARAGRAPH_MAX_CHARS || (isBeginning && LIKE_LIST.test(rest))) return undefined;
  const cut = rest.lastIndexOf(' ', rest.length - PARAGRAPH_REST_CHARS) + 1;
  if (cut === 0 || LIKE_LIST.test(rest.slice(cut))) return undefined;
  return /^\s/.test(rest) || MARKED.test(rest.slice(0, cut)) ? undefined : cut;
}
