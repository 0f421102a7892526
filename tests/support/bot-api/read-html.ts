/** Text and looks of a message, as the real server reads them. */
export interface ReadHtml {
  readonly text: string;
  readonly entities: readonly { readonly type: string; readonly text: string }[];
}

const TAGS: Readonly<Record<string, string>> = {
  a: 'text_link',
  b: 'bold',
  blockquote: 'blockquote',
  code: 'code',
  i: 'italic',
  pre: 'pre',
  s: 'strikethrough',
};
const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', gt: '>', lt: '<', quot: '"' };
const TOKEN = /<(\/?)([a-z]+)((?:\s[^<>]*)?)>|&(\w+);|[<>]|[^<>&]+|&/g;

/** Throws an Error with the description of the real one. */
export function readHtml(html: string): ReadHtml {
  const reader = createReader();
  for (const [token, slash, tag, , character] of html.matchAll(TOKEN)) {
    if (tag !== undefined) reader.takeTag(tag, slash === '');
    else if (token === '<' || token === '>') throw refusal('Unsupported start tag ""');
    else reader.takeText(character === undefined ? token : (CHARACTERS[character] ?? token));
  }
  return reader.end();
}

function createReader() {
  const open: { readonly tag: string; readonly from: number }[] = [];
  const entities: { type: string; text: string }[] = [];
  let text = '';
  const close = (tag: string): void => {
    const last = open.pop();
    if (last?.tag !== tag) throw refusal(`Unmatched end tag, found "</${tag}>"`);
    entities.push({ type: TAGS[tag] ?? '', text: text.slice(last.from) });
  };
  return {
    takeTag(tag: string, isOpening: boolean): void {
      if (TAGS[tag] === undefined) throw refusal(`Unsupported start tag "${tag}"`);
      if (isOpening) open.push({ tag, from: text.length });
      else close(tag);
    },
    takeText(more: string): void {
      text += more;
    },
    end(): ReadHtml {
      if (open.length > 0) throw refusal("Can't find end tag");
      return { text: text.trim(), entities };
    },
  };
}

function refusal(why: string): Error {
  return new Error(`Bad Request: can't parse entities: ${why}`);
}
