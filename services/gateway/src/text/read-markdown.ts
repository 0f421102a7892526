import type { MarkedToken, Token, Tokens } from 'marked';
import { drawTable } from './draw-table.ts';
import { createTextWriter, type FormattedText, type TextWriter } from './formatted-text.ts';
import { readBlocks } from './read-blocks.ts';
import { isKnownToken, readInline, toInlineText } from './read-inline.ts';

const LINE = '———';
const INDENT = '  ';
/** Lists within lists may all begin in one line: its indents would be longer than it by far. */
const MOST_INDENTS = 6;
const TABLE = { type: 'pre', language: '' } as const;

/** Markdown as text with its looks. What cannot be read as Markdown is shown as it stands; nothing is left out. */
export function readMarkdown(markdown: string): FormattedText {
  try {
    const writer = createTextWriter();
    writeBlocks(writer, readBlocks(markdown), { depth: 0, isQuoted: false });
    return writer.read();
  } catch (err) {
    // Nested more deeply than the stack: nobody means that.
    if (err instanceof RangeError) return { text: markdown, spans: [] };
    throw err;
  }
}

interface Place {
  /** Of lists within each other. */
  readonly depth: number;
  readonly isQuoted: boolean;
}

function writeBlocks(writer: TextWriter, tokens: readonly Token[], place: Place): void {
  let isFirst = true;
  for (const token of tokens) {
    if (!isKnownToken(token) || token.type === 'space') continue;
    if (!isFirst) writer.write(place.depth === 0 ? '\n\n' : '\n');
    isFirst = false;
    writeBlock(writer, token, place);
  }
}

function writeBlock(writer: TextWriter, token: MarkedToken, place: Place): void {
  switch (token.type) {
    case 'heading':
      writer.within({ type: 'bold' }, () => readInline(writer, token.tokens));
      break;
    case 'code':
      writeCode(writer, token);
      break;
    case 'blockquote':
      writeQuote(writer, token, place);
      break;
    case 'list':
      writeList(writer, token, place);
      break;
    case 'table':
      writer.within(TABLE, () => writer.write(drawTable(toRows(token))));
      break;
    case 'hr':
      writer.write(LINE);
      break;
    default:
      readInline(writer, 'tokens' in token && token.tokens ? token.tokens : [token]);
  }
}

function writeCode(writer: TextWriter, { text, lang = '' }: Tokens.Code): void {
  const language = /^[\w+#.-]+/.exec(lang)?.[0] ?? '';
  writer.within({ type: 'pre', language }, () => writer.write(text));
}

/** One within another cannot be shown, and looks as the outer one does. */
function writeQuote(writer: TextWriter, { tokens }: Tokens.Blockquote, place: Place): void {
  const inner = (): void => writeBlocks(writer, tokens, { ...place, isQuoted: true });
  if (place.isQuoted) inner();
  else writer.within({ type: 'quote' }, inner);
}

function writeList(writer: TextWriter, list: Tokens.List, place: Place): void {
  const first = list.start === '' ? 1 : list.start;
  for (const [index, item] of list.items.entries()) {
    if (index > 0) writer.write('\n');
    writer.write(
      INDENT.repeat(Math.min(place.depth, MOST_INDENTS)) + toMark(list, item, first + index),
    );
    const tokens = item.tokens.filter(({ type }) => type !== 'checkbox');
    writeBlocks(writer, tokens, { ...place, depth: place.depth + 1 });
  }
}

function toMark(list: Tokens.List, item: Tokens.ListItem, number: number): string {
  const mark = list.ordered ? `${number}. ` : '• ';
  if (!item.task) return mark;
  return `${list.ordered ? mark : ''}${item.checked ? '☑' : '☐'} `;
}

function toRows({ header, rows }: Tokens.Table): readonly (readonly string[])[] {
  return [header, ...rows].map((row) => row.map(({ tokens }) => toInlineText(tokens)));
}
