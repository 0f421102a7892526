import { expect, test } from 'vitest';
import { cleanJson, cleanText, isPlainName } from './clean-text.ts';

const HIDDEN = '\u0000\u0007\u001b\u202e\u2066\u200b\ufeff\u{e0041}\u{e007f}';

test('what no screen shows is taken out, line breaks and joined emoji stay', () => {
  expect(cleanText(`a${HIDDEN}b\n\tc 👩\u200d🍳`, 100)).toBe('ab\n\tc 👩\u200d🍳');
});

test('a text is cut without half a character', () => {
  expect(cleanText('ab🍳', 3)).toBe('ab\ufffd');
  expect(cleanText('\ud83c', 3)).toBe('\ufffd');
});

test('it is taken out of every text within JSON', () => {
  const schema = {
    [`pa${HIDDEN}th`]: { description: `x${HIDDEN}`, enum: [`y${HIDDEN}`, 1, null] },
  };
  expect(cleanJson(schema)).toEqual({ path: { description: 'x', enum: ['y', 1, null] } });
});

test.each([
  ['read_file', true],
  ['lesen/größe', true],
  ['read\u200bfile', false],
  ['read\nfile', false],
  ['read\u2028file', false],
])('%j is a plain name: %s', (name, isPlain) => {
  expect(isPlainName(name)).toBe(isPlain);
});
