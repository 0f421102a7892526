import { expect, test } from 'vitest';
import { type Chunk, createSplitter } from './split-written.ts';

function split(text: string): readonly Chunk[] {
  return createSplitter()(text);
}

/** The chunks of a text that comes letter by letter, each as it is at the end. */
function write(text: string): readonly Chunk[] {
  const splitter = createSplitter();
  let chunks: readonly Chunk[] = [];
  for (let end = 1; end <= text.length; end++) {
    const next = splitter(text.slice(0, end));
    const settled = chunks.slice(0, -1);
    expect(next.slice(0, settled.length)).toEqual(settled);
    chunks = next;
  }
  return chunks;
}

const LONG = 'Bread needs flour, water and salt. '.repeat(30);

test('a text is split where a paragraph or a heading begins, and at blocks of code', () => {
  const text = `${LONG}\n\nOne\n\n# Two\n\nThree\n\`\`\`js\nlet a;\n\n# no heading\n\`\`\`\nFour`;
  const chunks = split(text);
  expect(chunks).toEqual([
    { kind: 'prose', lead: [], text: `${LONG}\n\n` },
    { kind: 'prose', lead: [], text: 'One\n\n# Two\n\nThree\n' },
    { kind: 'code', language: 'js', text: 'let a;\n\n# no heading' },
    { kind: 'prose', lead: [], text: 'Four' },
  ]);
  expect(write(text)).toEqual(chunks);
});

test('what belongs together stays together', () => {
  for (const text of [
    `1. ${LONG}\n\n   more of it\n\n2. second\n\n- third\n\n> said\n\n| a |`,
    `${LONG}\n\nSee [this][1].\n\n[1]: https://example.com`,
    `<div>\n${LONG}\n\nInside\n</div>`,
  ])
    expect(split(text)).toEqual([{ kind: 'prose', lead: [], text }]);
});

test('code that is not closed is code to its end, without what may become its closing fence', () => {
  expect(split('```\na\n``')).toEqual([{ kind: 'code', language: undefined, text: 'a' }]);
  expect(split('````md\n```\nb\n```\n')).toEqual([
    { kind: 'code', language: 'md', text: '```\nb\n```' },
  ]);
  expect(split('```js')).toEqual([{ kind: 'prose', lead: [], text: '```js' }]);
});

test('a very long paragraph is set in pieces, as long as it has no mark-up', () => {
  const text = LONG.repeat(6);
  const [chunk] = write(text);
  if (chunk?.kind !== 'prose') throw new Error('it is prose');
  expect([...chunk.lead, chunk.text].join('')).toBe(text);
  expect(chunk.lead.length).toBeGreaterThan(2);
  expect(chunk.text.length).toBeLessThan(2_500);
  const marked = `**${text}**`;
  expect(split(marked)).toEqual([{ kind: 'prose', lead: [], text: marked }]);
});

const ITEMS = Array.from({ length: 45 }, (_, i) => `- loaf ${i} needs **salt**\n  - and water`);
const TABLE_HEAD = '| loaf | flour |\n|---|:-:|\n';
const TABLE_ROWS = Array.from({ length: 70 }, (_, i) => `| loaf ${i} | ${i} g of *rye* |`);

test('a long list or table is set in pieces, of which only the last one changes', () => {
  for (const { kind, head, rows } of [
    { kind: 'list', head: '', rows: ITEMS },
    { kind: 'list', head: '', rows: ITEMS.map((item, i) => item.replace('- loaf', `${i + 3}. l`)) },
    { kind: 'table', head: TABLE_HEAD, rows: TABLE_ROWS },
  ] as const) {
    const text = rows.join('\n');
    const chunks = write(`So:\n\n${head}${text}\n\nThat is all.`);
    expect(chunks).toEqual(split(`So:\n\n${head}${text}\n\nThat is all.`));
    const [before, set, after] = chunks;
    expect([before, after]).toEqual([
      { kind: 'prose', lead: [], text: 'So:\n\n' },
      { kind: 'prose', lead: [], text: 'That is all.' },
    ]);
    if (set?.kind !== kind) throw new Error('it is set in pieces');
    expect(set.head).toBe(head);
    expect([...set.lead, set.text].join('').trimEnd()).toBe(text);
    expect(set.lead.length).toBeGreaterThan(1);
    for (const piece of [...set.lead, set.text]) expect(piece.length).toBeLessThan(1_000);
  }
});

test('a piece of a list that was set stays as it is while more comes', () => {
  const splitter = createSplitter();
  const text = ITEMS.join('\n');
  let known: readonly string[] = [];
  for (let end = 1; end <= text.length; end++) {
    const [chunk] = splitter(text.slice(0, end));
    const lead = chunk?.kind === 'list' ? chunk.lead : [];
    expect(lead.slice(0, known.length)).toEqual(known);
    known = lead;
  }
  expect(known.length).toBeGreaterThan(1);
});

test('a list begins behind a paragraph, and ends where something else begins', () => {
  const list = ITEMS.join('\n');
  for (const after of ['# Next', '```js\nlet a;\n```\n', '* other', '\nWords']) {
    const chunks = write(`Loaves:\n${list}\n${after}`);
    expect(chunks.map(({ kind }) => kind).slice(0, 2)).toEqual(['prose', 'list']);
    expect(chunks).toHaveLength(3);
  }
  // Lines that go on with an item.
  for (const within of ['lazy words', '\n  more of it', '\n- one more'])
    expect(split(`${list}\n${within}`)).toHaveLength(1);
});

test('a text that is not the one before it is split anew', () => {
  const splitter = createSplitter();
  splitter(`${LONG}\n\nOne`);
  expect(splitter('Two')).toEqual([{ kind: 'prose', lead: [], text: 'Two' }]);
});
