import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toTelegramHtml } from '../telegram/telegram-html.ts';
import { concatTexts, type FormattedText } from './formatted-text.ts';
import { readMarkdown } from './read-markdown.ts';
import { splitText } from './split-text.ts';

const toLink = (url: string) => ({ type: 'link', url }) as const;
const LIMIT = { maxChars: 100 };
const split = (markdown: string, limit = LIMIT) => splitText(readMarkdown(markdown), limit);
const textsOf = (parts: readonly FormattedText[]) => parts.map(({ text }) => text);

test('what fits is one part, down to nothing', () => {
  expect(textsOf(split('a'.repeat(100)))).toEqual(['a'.repeat(100)]);
  expect(textsOf(split('a'.repeat(101)))).toEqual(['a'.repeat(100), 'a']);
  expect(textsOf(split(''))).toEqual(['']);
});

test('a paragraph goes before a line, a line before a blank', () => {
  const words = (count: number) => Array.from({ length: count }, () => 'four').join(' ');
  expect(textsOf(split(`${words(10)}\n\n${words(20)}`))[0]).toBe(`${words(10)}\n\n`);
  expect(textsOf(split(`${words(10)}\n${words(20)}`))[0]).toBe(`${words(10)}\n`);
  expect(textsOf(split(words(30)))[0]).toBe(`${words(20)} `);
});

test('a part is never a stub: what stands in its first third is no place for a cut', () => {
  expect(textsOf(split(`stub\n\n${'a'.repeat(200)}`)).map((text) => text.length)).toEqual([
    100, 100, 6,
  ]);
});

test('code that has room in one part is whole there, other code is closed and opened again', () => {
  const fits = `so it is:\n\n\`\`\`js\n${'let a;\n'.repeat(13)}\`\`\`\n\nand on`;
  const parts = split(fits);
  expect(parts[0]?.text).toBe('so it is:\n\n');
  expect(toTelegramHtml(parts[1] ?? { text: '', spans: [] })).toMatch(
    /^<pre><code class="language-js">(let a;\n?){13}<\/code><\/pre>/,
  );
  for (const part of split(`\`\`\`js\n${'let abcdefg;\n'.repeat(40)}\`\`\``))
    expect(toTelegramHtml(part)).toMatch(
      /^<pre><code class="language-js">(let abcdefg;\n?)+<\/code><\/pre>$/,
    );
});

test('no cut goes through what people see as one character', () => {
  const family = '👨‍👩‍👧‍👦';
  for (const lead of ['', 'a', 'ab'])
    for (const [one, count] of [
      ['😀', 90],
      [family, 20],
      ['e\u0301', 90],
      ['👍🏽', 60],
    ] as const) {
      const texts = textsOf(split(lead + one.repeat(count)));
      expect(texts.join('')).toBe(lead + one.repeat(count));
      for (const text of texts.slice(1)) expect(text.startsWith(one)).toBe(true);
    }
  // Marks without end are cut all the same.
  expect(textsOf(split(`a${'\u0301'.repeat(300)}`)).join('')).toHaveLength(301);
});

test('the parts are the text, none is too long, and looks are kept', () => {
  const markdown = fc
    .array(
      fc.oneof(
        fc.string({ maxLength: 60, unit: 'grapheme' }),
        fc.stringMatching(/^\*\*[a-z ]{1,80}\*\*$/),
        fc.stringMatching(/^```\n[a-zא-ת \n]{1,150}\n```$/),
        fc.stringMatching(/^[😀-😏]{1,70}$/u),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('\n\n'));
  fc.assert(
    fc.property(markdown, fc.integer({ min: 8, max: 120 }), (text, maxChars) => {
      const whole = readMarkdown(text);
      const parts = splitText(whole, { maxChars });
      expect(textsOf(parts).join('')).toBe(whole.text);
      let start = 0;
      for (const part of parts) {
        expect(part.text.length).toBeLessThanOrEqual(maxChars);
        expect(part.text.isWellFormed()).toBe(
          whole.text.isWellFormed() || part.text.isWellFormed(),
        );
        for (const span of part.spans)
          expect(
            whole.spans.some(
              ({ start: from, end, style }) =>
                style === span.style && from <= start + span.start && end >= start + span.end,
            ),
          ).toBe(true);
        start += part.text.length;
      }
    }),
  );
});

test.each([
  `\`\`\`js\n${'let abcdefg;\n'.repeat(40)}\`\`\``,
  `**${'four '.repeat(50)}end**`,
  `[${'four '.repeat(50)}end](https://x.example/)`,
  `> ${'four '.repeat(30)}**${'five '.repeat(30)}_${'six '.repeat(40)}end_**`,
])('parts put together look as the whole did: %s', (markdown) => {
  const whole = readMarkdown(markdown);
  const parts = splitText(whole, LIMIT);
  expect(parts.length).toBeGreaterThan(1);
  expect(concatTexts(parts)).toEqual(whole);
});

test('what looks alike is joined only where nothing is crossed', () => {
  const bold = { type: 'bold' } as const;
  const quote = { type: 'quote' } as const;
  const link = (url: string) => ({ text: 'ab', spans: [{ start: 0, end: 2, style: toLink(url) }] });
  const quoted = {
    text: 'said',
    spans: [
      { start: 0, end: 4, style: quote },
      { start: 2, end: 4, style: bold },
    ],
  };
  const after = { text: 'so', spans: [{ start: 0, end: 2, style: bold }] };
  expect(concatTexts([quoted, after]).spans).toEqual([
    ...quoted.spans,
    { start: 4, end: 6, style: bold },
  ]);
  expect(concatTexts([link('https://a.example/'), link('https://b.example/')]).spans).toHaveLength(
    2,
  );
});

test.each([
  ['a flag', '🇩🇪'],
  ['a flag of tags', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'],
  ['a family', '👩‍👩‍👧‍👦'],
  ['a hand with its skin', '👍🏽'],
  ['a letter with its marks', 'a\u0301\u0323'],
])('a cut goes through no %s', (_name, character) => {
  for (let before = 0; before <= character.length; before += 1) {
    const texts = textsOf(split('x'.repeat(before) + character.repeat(60)));
    for (const text of texts) expect(text.replace(/^x+/, '').replaceAll(character, '')).toBe('');
    expect(texts[0]?.length).toBeGreaterThan(100 - character.length);
  }
});
