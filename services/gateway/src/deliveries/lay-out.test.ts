import { expect, test } from 'vitest';
import { toPlainText } from '../text/formatted-text.ts';
import { layOut } from './lay-out.ts';

const MAX = { maxChars: 4096 };
const toLinks = (count: number, urlChars: number): string =>
  Array.from(
    { length: count },
    (_, i) => `[bread ${i}](https://b.example/${'x'.repeat(urlChars)}${i})`,
  ).join(' and more of it, ');

test.each([
  ['many links', toLinks(200, 80)],
  ['few long ones', toLinks(5, 1_500)],
  ['one that is longer than a message', `see ${toLinks(1, 9_000)}, and then`],
])('with its addresses written out each message has room: %s', (_, markdown) => {
  const parts = layOut(markdown, MAX);
  for (const part of parts) expect(toPlainText(part).length).toBeLessThan(4096);
  const urls = markdown.match(/https:[^)]+/g) ?? [];
  const plain = parts.map(toPlainText).join('');
  expect(urls.filter((url) => !plain.includes(url))).toEqual([]);
  expect(plain).toContain('bread');
});

test('as an answer grows its messages keep where they begin', () => {
  const markdown = toLinks(60, 80);
  const whole = layOut(markdown, MAX);
  const grown = layOut(`${markdown} and [more](https://b.example/)`, MAX);
  expect(grown.length).toBeGreaterThan(1);
  expect(grown.slice(0, whole.length - 1)).toEqual(whole.slice(0, -1));
});

test.each([
  ['a long cell', `|${'b'.repeat(1_500)}|b|\n|-|-|\n${'|1|2|\n'.repeat(1_000)}`],
  ['a head of no end', `|${'b|'.repeat(8_000)}\n|${'-|'.repeat(8_000)}\n${'|1\n'.repeat(8_000)}`],
  [
    'long cells in an else empty table',
    `|a|b|\n|-|-|\n|${'b'.repeat(45)}|2|\n${'|1|2|\n'.repeat(9_000)}`,
  ],
  ['many tables', `|${'b'.repeat(45)}|\n|-|\n|1|\n|2|\n\n`.repeat(1_000)],
  ['lists within lists in one line', `${'- '.repeat(1_000)}bread`],
])('what is drawn is in proportion to what is written: %s', (_, markdown) => {
  const drawn = layOut(markdown, MAX).reduce((size, { text }) => size + text.length, 0);
  expect(drawn).toBeLessThan(8 * markdown.length);
});

test.each([
  '',
  ' \n',
  '```\n```',
  '#',
  '>',
  '&nbsp;',
  '\u200b',
  '**\u2060**\n\n\u00ad',
  '\u2800\u3164',
])('there is nothing to see of %j', (markdown) => {
  expect(layOut(markdown, MAX)).toEqual([]);
});
