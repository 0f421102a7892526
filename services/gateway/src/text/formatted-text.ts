/** How a stretch of text looks. */
export type Style =
  | { readonly type: 'bold' | 'italic' | 'strike' | 'code' | 'quote' }
  | { readonly type: 'pre'; readonly language: string }
  | { readonly type: 'link'; readonly url: string };

/** From `start` up to `end`, in UTF-16 units of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly style: Style;
}

/** Text as people read it, and how it looks. Spans are nested, never crossed; an outer one comes before what it holds. */
export interface FormattedText {
  readonly text: string;
  readonly spans: readonly Span[];
}

const EMPTY: FormattedText = { text: '', spans: [] };

/** The part from `from` up to `to`; what is cut through is closed there, and opened again in the next part. */
export function sliceText({ text, spans }: FormattedText, from: number, to: number): FormattedText {
  const inside = spans
    .map(({ start, end, style }) => ({
      start: Math.max(start, from) - from,
      end: Math.min(end, to) - from,
      style,
    }))
    .filter(({ start, end }) => start < end);
  return { text: text.slice(from, to), spans: inside };
}

/** One behind the other; what looks alike on both sides of a border, as after a cut, is one stretch again. */
export function concatTexts(parts: readonly FormattedText[]): FormattedText {
  return parts.reduce<FormattedText>((whole, part) => {
    const border = whole.text.length;
    const moved = part.spans.map((span) => ({
      ...span,
      start: span.start + border,
      end: span.end + border,
    }));
    return { text: whole.text + part.text, spans: joinSpans(whole.spans, moved, border) };
  }, EMPTY);
}

/** Joined from the outermost inwards: beneath two that differ nothing can go on without crossing them. */
function joinSpans(
  before: readonly Span[],
  after: readonly Span[],
  border: number,
): readonly Span[] {
  const ending = before.filter(({ end }) => end === border);
  const beginning = after.filter(({ start }) => start === border);
  const differing = ending.findIndex((span, depth) => !looksLike(span, beginning[depth]));
  const joined = differing === -1 ? ending.length : differing;
  const ends = new Map(ending.slice(0, joined).map((span, depth) => [span, beginning[depth]?.end]));
  const gone = new Set(beginning.slice(0, joined));
  return [
    ...before.map((span) => ({ ...span, end: ends.get(span) ?? span.end })),
    ...after.filter((span) => !gone.has(span)),
  ];
}

function looksLike({ style }: Span, other: Span | undefined): boolean {
  if (style.type === 'pre')
    return other?.style.type === 'pre' && other.style.language === style.language;
  if (style.type === 'link') return other?.style.type === 'link' && other.style.url === style.url;
  return other?.style.type === style.type;
}

/** The text alone, with the addresses behind what leads to them. */
export function toPlainText({ text, spans }: FormattedText): string {
  let plain = '';
  let at = 0;
  const links = spans.flatMap(({ end, start, style }) =>
    style.type === 'link' && text.slice(start, end) !== style.url ? [{ end, url: style.url }] : [],
  );
  for (const { end, url } of links) {
    plain += `${text.slice(at, end)} (${url})`;
    at = end;
  }
  return plain + text.slice(at);
}

/** Text that grows at its end. */
export interface TextWriter {
  write(text: string): void;
  /** Whatever `inner` writes looks like this. */
  within(style: Style, inner: () => void): void;
  isEmpty(): boolean;
  read(): FormattedText;
}

export function createTextWriter(): TextWriter {
  let text = '';
  const spans: Span[] = [];
  return {
    write(more) {
      text += more;
    },
    within(style, inner) {
      const start = text.length;
      const place = spans.length;
      inner();
      if (text.length > start) spans.splice(place, 0, { start, end: text.length, style });
    },
    isEmpty: () => text === '',
    read: () => ({ text, spans }),
  };
}
