import type { MarkedToken, Token } from 'marked';
import { createTextWriter, type Style, type TextWriter, toPlainText } from './formatted-text.ts';

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
};
const ENTITY = /&(?:(amp|lt|gt|quot|nbsp)|#(\d{1,7}));/g;
const LAST_CODE_POINT = 0x10_ff_ff;

const STYLES: Readonly<Record<string, Style>> = {
  strong: { type: 'bold' },
  em: { type: 'italic' },
  del: { type: 'strike' },
};

/** Writes what stands within a line. */
export function readInline(writer: TextWriter, tokens: readonly Token[]): void {
  for (const token of tokens) if (isKnownToken(token)) writeToken(writer, token);
}

/** Only extensions make others, and there is none. */
export function isKnownToken(token: Token): token is MarkedToken {
  return token.type !== '';
}

/** The same as text alone. */
export function toInlineText(tokens: readonly Token[]): string {
  const writer = createTextWriter();
  readInline(writer, tokens);
  return toPlainText(writer.read());
}

function writeToken(writer: TextWriter, token: MarkedToken): void {
  const style = STYLES[token.type];
  switch (token.type) {
    case 'strong':
    case 'em':
    case 'del':
      if (style !== undefined) writer.within(style, () => readInline(writer, token.tokens));
      break;
    case 'codespan':
      writer.within({ type: 'code' }, () => writer.write(token.text));
      break;
    case 'link':
      writeLink(writer, token.href, () => readInline(writer, token.tokens));
      break;
    case 'image':
      writeLink(writer, token.href, () => writer.write(token.text || token.href));
      break;
    case 'br':
      writer.write('\n');
      break;
    case 'escape':
      writer.write(token.text);
      break;
    case 'text':
      if (token.tokens === undefined) writer.write(decode(token.raw));
      else readInline(writer, token.tokens);
      break;
    default:
      // Tags, definitions of links: as they stand, for nothing is left out.
      writer.write(token.raw.trimEnd());
  }
}

/** An address that is none of the web leads nowhere, and is shown instead. */
function writeLink(writer: TextWriter, href: string, inner: () => void): void {
  const url = toWebUrl(href);
  if (url !== undefined) {
    writer.within({ type: 'link', url }, inner);
    return;
  }
  inner();
  if (href !== '') writer.write(` (${href})`);
}

function toWebUrl(href: string): string | undefined {
  const url = URL.parse(href);
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? href : undefined;
}

function decode(text: string): string {
  return text.replaceAll(ENTITY, (whole, name: string | undefined, code: string | undefined) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const point = Number(code);
    const isCharacter = point > 0 && point <= LAST_CODE_POINT && !isSurrogate(point);
    return isCharacter ? String.fromCodePoint(point) : whole;
  });
}

function isSurrogate(point: number): boolean {
  return point >= 0xd8_00 && point <= 0xdf_ff;
}
