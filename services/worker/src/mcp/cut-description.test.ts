import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutDescription } from './cut-description.ts';

test.each([
  ['bakes bread', 11, 'bakes bread'],
  ['bakes bread well', 14, 'bakes bread…'],
  ['bakes bread', 10, 'bakes…'],
  ['überbackenes', 9, 'überb…'],
  ['äöüäöü', 8, 'äö…'],
  ['a\u0000b', 20, 'a\uFFFDb'],
])('%j in %i bytes', (text, maxBytes, cut) => {
  expect(cutDescription(text, maxBytes)).toBe(cut);
});

test('whatever the text, it fits and is whole', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.nat({ max: 60 }),
      (text, more) => {
        const cut = cutDescription(text, more + 3);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(more + 3);
        expect(cut.isWellFormed()).toBe(true);
      },
    ),
  );
});
