import type { FormattedText, Span, Style } from './formatted-text.ts';

/** What may mean something in Markdown; behind a backslash it means itself. */
const MEANING = /[!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]/g;

/** Markdown that reads as this text again. */
export function toMarkdown(whole: FormattedText): string {
  return writeRange(whole, { from: 0, to: whole.text.length, spans: whole.spans, around: [] });
}

interface Range {
  readonly from: number;
  readonly to: number;
  /** Those inside of it, as they are nested. */
  readonly spans: readonly Span[];
  /** What all of it looks like already. */
  readonly around: readonly Style['type'][];
}

function writeRange(whole: FormattedText, { from, to, spans, around }: Range): string {
  let markdown = '';
  let at = from;
  for (const span of spans) {
    if (span.start < at) continue; // Held by one that was written already.
    markdown += writeText(whole.text, at, span.start);
    const held = spans.filter(
      (other) => other !== span && other.start >= span.start && other.end <= span.end,
    );
    const inner = {
      from: span.start,
      to: span.end,
      spans: held,
      around: [...around, span.style.type],
    };
    markdown += around.includes(span.style.type)
      ? writeRange(whole, inner)
      : setApart(whole.text, span, () =>
          wrap(span.style, whole.text.slice(span.start, span.end), () => writeRange(whole, inner)),
        );
    at = span.end;
  }
  return markdown + writeText(whole.text, at, to);
}

/** Blanks at the start of a line are written by their numbers: four of them would make it code. */
function writeText(text: string, from: number, to: number): string {
  const isLineStart = isAtLineStart(text, from);
  return text
    .slice(from, to)
    .replaceAll(MEANING, '\\$&')
    .replaceAll(/^[ \t]+(?=[^\s]|$(?!\n))/gm, (blanks, at: number) =>
      at > 0 || isLineStart ? blanks.replaceAll(' ', '&#32;').replaceAll('\t', '&#9;') : blanks,
    );
}

function isAtLineStart(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === '\n';
}

/** Fences are such at the start of a line alone. */
function setApart(text: string, { start, end, style }: Span, write: () => string): string {
  if (style.type !== 'pre') return write();
  const before = isAtLineStart(text, start) ? '' : '\n';
  const after = end === text.length || text[end] === '\n' ? '' : '\n';
  return `${before}${write()}${after}`;
}

const MARKS = { bold: '**', italic: '_', strike: '~~' } as const;

function wrap(style: Style, text: string, inner: () => string): string {
  switch (style.type) {
    case 'bold':
    case 'italic':
    case 'strike':
      return wrapInMarks(MARKS[style.type], inner());
    case 'code':
      return wrapCode(text);
    case 'pre': {
      const fence = toFence(text, 3);
      return `${fence}${style.language}\n${text}\n${fence}`;
    }
    case 'link':
      return `[${inner()}](<${style.url}>)`;
    case 'quote':
      return inner().replaceAll(/^/gm, '> ');
    default:
      return style satisfies never;
  }
}

/** Marks stand at words: blanks are left outside. */
function wrapInMarks(mark: string, inner: string): string {
  const word = inner.trim();
  if (word === '') return inner;
  const before = inner.slice(0, inner.indexOf(word));
  return `${before}${mark}${word}${mark}${inner.slice(before.length + word.length)}`;
}

function wrapCode(text: string): string {
  const fence = toFence(text, 1);
  const isPadded = text.startsWith('`') || text.endsWith('`');
  return isPadded ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}

/** More backticks than there are in a row in the text. */
function toFence(text: string, least: number): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([marks]) => marks.length));
  return '`'.repeat(Math.max(least, longest + 1));
}
