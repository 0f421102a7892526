import { expect, test } from 'vitest';
import { parseSlots } from './parse-slots.ts';

test('a file without marks is one slot', () => {
  expect(parseSlots('# Hello\n\nthere\n', 'identity')).toEqual({ identity: '# Hello\n\nthere' });
});

test('marks divide a file; blank slots are none', () => {
  const text = 'one\n<!-- slot: closing -->\ntwo\r\n<!--slot:instructions-->\n \n';
  expect(parseSlots(text, 'methodology')).toEqual({ methodology: 'one', closing: 'two' });
});

test('control characters are taken out, line breaks and tabs stay', () => {
  expect(parseSlots('a\u0000\u001b\tb\nc\u0085', 'identity')).toEqual({ identity: 'a\tb\nc' });
});

test.each([
  ['an unknown slot', '<!-- slot: colour -->\nred', /no slot "colour"/],
  [
    'a slot that stands there twice',
    'a\n<!-- slot: identity -->\nb',
    /identity stands there twice/,
  ],
])('%s is refused', (_, text, why) => {
  expect(() => parseSlots(text, 'identity')).toThrow(why);
});
