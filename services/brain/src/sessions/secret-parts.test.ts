import { expect, test } from 'vitest';
import { hashSecret, isSecretOf, joinParts, makeSecret, splitParts } from './secret-parts.ts';

test('what is joined can be split again', () => {
  const parts = { id: '0193c1d6-0000-7000-8000-000000000001', secret: makeSecret() };
  expect(splitParts(joinParts(parts))).toEqual(parts);
});

test.each(['', '.', 'abcdefgh', `abcdefgh.${'x'.repeat(42)}`, `a b c d e.${'x'.repeat(43)}`])(
  '"%s" is not one of ours',
  (text) => expect(splitParts(text)).toBe(undefined),
);

test('a secret fits its own hash and no other', () => {
  const [mine, yours] = [makeSecret(), makeSecret()];
  expect(isSecretOf(mine, hashSecret(mine))).toBe(true);
  expect(isSecretOf(yours, hashSecret(mine))).toBe(false);
  expect(isSecretOf(mine, 'torn')).toBe(false);
});
