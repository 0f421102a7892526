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
