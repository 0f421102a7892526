import { concatTexts, type FormattedText, sliceText, toPlainText } from '../text/formatted-text.ts';
import { readMarkdown } from '../text/read-markdown.ts';
import { splitText } from '../text/split-text.ts';

/** Put before a message that may have been sent already. */
export const REPEAT_MARK = '(This may be a repeat.)\n';
/** What the messages of one answer may say; a longer one is a file too, which says all. */
const LAID_OUT_MAX_CHARS = 64 * 1024;
/** A shorter text that has no room with its addresses consists of them. */
const LEAST_CHARS = 512;

/** A character that is none of those that nobody sees: a channel refuses a message of them alone. */
const SEEN = /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

interface LayOutOptions {
  /** Of a message, in UTF-16 units. */
  readonly maxChars: number;
}

/**
 * Markdown as the messages that say it, each with room for the mark, also as plain text with the addresses of its links:
 * that is what a channel may have to send. None for a text in which there is nothing to see.
 */
export function layOut(markdown: string, { maxChars }: LayOutOptions): readonly FormattedText[] {
  const shown = markdown.slice(0, LAID_OUT_MAX_CHARS).toWellFormed();
  const room = maxChars - REPEAT_MARK.length;
  const parts = splitText(readMarkdown(shown), { maxChars: room });
  return parts
    .flatMap((part) => fitAddresses(part, { maxChars: room, most: room }))
    .filter(({ text }) => SEEN.test(text));
}

interface Fitting extends LayOutOptions {
  /** What the text alone may have. */
  readonly most: number;
}

/** By halves of what a message holds, not of the text: while that grows its parts stay where they are. */
function fitAddresses(text: FormattedText, { maxChars, most }: Fitting): readonly FormattedText[] {
  const plain = toPlainText(text);
  if (plain.length <= maxChars) return [text];
  if (most < LEAST_CHARS) return splitText({ text: plain, spans: [] }, { maxChars });
  const half = Math.floor(most / 2);
  return splitText(text, { maxChars: half }).flatMap((part) =>
    fitAddresses(part, { maxChars, most: half }),
  );
}

export function markAsRepeat(text: FormattedText): FormattedText {
  return concatTexts([{ text: REPEAT_MARK, spans: [] }, text]);
}

/** A line of the assistant's own, set apart. */
export function toNote(text: string): FormattedText {
  return { text, spans: [{ start: 0, end: text.length, style: { type: 'italic' } }] };
}

/** One text behind another, with a free line between them. */
export function joinTexts(one: FormattedText, other: FormattedText): FormattedText {
  const trimmed = sliceText(one, 0, one.text.trimEnd().length);
  return trimmed.text === '' ? other : concatTexts([trimmed, { text: '\n\n', spans: [] }, other]);
}
