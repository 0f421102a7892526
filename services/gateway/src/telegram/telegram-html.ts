import type { FormattedText, Span, Style } from '../text/formatted-text.ts';

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Text in the HTML of the Bot API (https://core.telegram.org/bots/api#html-style). */
export function toTelegramHtml({ text, spans }: FormattedText): string {
  const open: Span[] = [];
  let html = '';
  let at = 0;
  const closeUntil = (place: number): void => {
    for (let span = open.at(-1); span !== undefined && span.end <= place; span = open.at(-1)) {
      html += escapeHtml(text.slice(at, span.end)) + toTags(span.style).close;
      at = span.end;
      open.pop();
    }
  };
  for (const span of spans) {
    closeUntil(span.start);
    html += escapeHtml(text.slice(at, span.start)) + toTags(span.style).open;
    at = span.start;
    open.push(span);
  }
  closeUntil(text.length);
  return html + escapeHtml(text.slice(at));
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ESCAPED[character] ?? character);
}

interface Tags {
  readonly open: string;
  readonly close: string;
}

const PLAIN_TAGS = {
  bold: { open: '<b>', close: '</b>' },
  italic: { open: '<i>', close: '</i>' },
  strike: { open: '<s>', close: '</s>' },
  code: { open: '<code>', close: '</code>' },
  quote: { open: '<blockquote>', close: '</blockquote>' },
} as const;

function toTags(style: Style): Tags {
  if (style.type === 'link') return { open: `<a href="${escapeHtml(style.url)}">`, close: '</a>' };
  if (style.type !== 'pre') return PLAIN_TAGS[style.type];
  if (style.language === '') return { open: '<pre>', close: '</pre>' };
  const language = escapeHtml(style.language);
  return { open: `<pre><code class="language-${language}">`, close: '</code></pre>' };
}
