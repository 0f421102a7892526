import { type FormattedText, type Span, sliceText } from './formatted-text.ts';

/** A cut leaves no less than this share of what a part may hold, so that no message is a stub. */
const LEAST_SHARE = 0.3;
/** What one character that people see may consist of, beyond which it is cut through. */
const CLUSTER_UNITS = 64;
const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

interface SplitLimit {
  /** In UTF-16 units. */
  readonly maxChars: number;
}

/**
 * Parts that hold at most so much each and together all of it: cut before a block of code that has room in a part of its
 * own, else behind a paragraph, a line, a blank, else wherever it must be, but in no character.
 */
export function splitText(
  whole: FormattedText,
  { maxChars }: SplitLimit,
): readonly FormattedText[] {
  const parts: FormattedText[] = [];
  let from = 0;
  while (whole.text.length - from > maxChars) {
    const to = findCut(whole, from, maxChars);
    parts.push(sliceText(whole, from, to));
    from = to;
  }
  parts.push(sliceText(whole, from, whole.text.length));
  return parts;
}

function findCut({ text, spans }: FormattedText, from: number, maxChars: number): number {
  const last = from + maxChars;
  const block = spans.find((span) => isWholeBlock(span, { from, last, maxChars }));
  if (block !== undefined) return block.start;
  const least = from + Math.floor(maxChars * LEAST_SHARE);
  for (const mark of ['\n\n', '\n', ' ']) {
    const found = text.lastIndexOf(mark, last - mark.length);
    if (found >= 0 && found + mark.length > least) return found + mark.length;
  }
  return toCharacterStart(text, { from, last });
}

/** A block of code that the cut would go through, and need not. */
function isWholeBlock(
  { start, end, style }: Span,
  {
    from,
    last,
    maxChars,
  }: { readonly from: number; readonly last: number; readonly maxChars: number },
): boolean {
  return (
    style.type === 'pre' && start > from && start < last && end > last && end - start <= maxChars
  );
}

/** The nearest place at or before `last` that is in no character. */
function toCharacterStart(
  text: string,
  { from, last }: { readonly from: number; readonly last: number },
): number {
  // Two units behind the place show whether a character goes on there; flags are told apart from where the part begins.
  const segments = characters.segment(text.slice(from, last + 2));
  const start = from + (segments.containing(last - from)?.index ?? 0);
  if (start > from && last - start <= CLUSTER_UNITS) return start;
  return isInPair(text, last) ? last - 1 : last;
}

function isInPair(text: string, at: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1));
}
