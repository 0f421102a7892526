import { toCarriableText } from '@bakerst/kit';

const ELLIPSIS = '\u2026';

/** Text of at most `maxBytes` of UTF-8; a longer one is cut at a word, with an ellipsis. */
export function cutDescription(text: string, maxBytes: number): string {
  const clean = toCarriableText(text);
  const bytes = Buffer.from(clean);
  if (bytes.length <= maxBytes) return clean;
  const room = bytes.subarray(0, maxBytes - Buffer.byteLength(ELLIPSIS));
  // As a stream, a character that was cut in two is left out.
  const whole = new TextDecoder().decode(room, { stream: true });
  const lastSpace = whole.trimEnd().search(/\s\S*$/);
  // One word longer than half of it all is cut as well.
  const kept = lastSpace > whole.length / 2 ? whole.slice(0, lastSpace) : whole;
  return `${kept.trimEnd()}${ELLIPSIS}`;
}
