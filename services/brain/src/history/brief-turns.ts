import type { AnsweredTurn } from './ports.ts';

/** Of what is told in short each text is at least this long, and at most as long as that. */
const LEAST_CHARS = 40;
const MOST_CHARS = 600;

/**
 * Turns that neither the messages nor the notes hold, in short, oldest first: each of them as far as `maxChars` let them
 * all have their part. Where there are too many even for that, it says how many are not told.
 */
export function briefTurns(turns: readonly AnsweredTurn[], maxChars: number): string {
  const most = Math.max(1, Math.floor(maxChars / (2 * LEAST_CHARS)));
  const told = turns.slice(-most);
  const chars = Math.min(
    MOST_CHARS,
    Math.max(LEAST_CHARS, Math.floor(maxChars / (2 * told.length))),
  );
  const lines = told.map(
    ({ message, answer }) =>
      `- The person: ${shorten(message, chars)}\n  The assistant: ${shorten(answer, chars)}`,
  );
  const left = turns.length - told.length;
  return [...(left > 0 ? [`- ${left} earlier messages with their answers.`] : []), ...lines].join(
    '\n',
  );
}

/** On one line: nothing in it begins a part of the prompt. */
function shorten(text: string, chars: number): string {
  const line = text
    .slice(0, chars + 1)
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text.length <= chars ? line : `${line.slice(0, chars).toWellFormed()} […]`;
}
