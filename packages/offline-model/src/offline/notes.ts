import type { Ask } from './rule.ts';

const REQUEST =
  /^(?:<notes>\n([\s\S]*?)\n<\/notes>\n)?<conversation>\n([\s\S]*)\n<\/conversation>$/;
const SAID = /<person>([\s\S]*?)<\/person>/g;
const WORDS_CHARS = 200;
const MOST_LINES = 60;

/** Notes on a conversation, where they are asked for instead of an answer: what the person said, shortened. */
export function makeNotes({ text, tools }: Ask): string | undefined {
  if (tools.size > 0) return undefined;
  const [, notes = '', said] = REQUEST.exec(text) ?? [];
  if (said === undefined) return undefined;
  const lines = [...said.matchAll(SAID)].map(([, words = '']) => `- They said: ${shorten(words)}`);
  return [...notes.split('\n').filter((line) => line !== ''), ...lines]
    .slice(-MOST_LINES)
    .join('\n');
}

function shorten(words: string): string {
  const line = words.trim().replaceAll(/\s+/g, ' ');
  if (line.length <= WORDS_CHARS) return line;
  return `${line.slice(0, WORDS_CHARS).toWellFormed()}…`;
}
