const SHOWN_CHARS = 4_000;

/** Text as a block of Markdown that nothing in it can end; the middle of a long one is left out. */
export function toBlock(text: string, language = ''): string {
  const shown = cut(text);
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([marks]) => marks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${shown}\n${fence}`;
}

/** Text as a line of a list. */
export function toLine(text: string): string {
  return `- ${text.replaceAll(/\s+/g, ' ').trim()}`;
}

function cut(text: string): string {
  if (text.length <= SHOWN_CHARS) return text;
  const half = SHOWN_CHARS / 2;
  const left = text.length - SHOWN_CHARS;
  return `${text.slice(0, half)}\n… ${left} characters left out …\n${text.slice(-half)}`.toWellFormed();
}
