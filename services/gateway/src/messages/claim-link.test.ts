import { expect, test } from 'vitest';
import { readLinkCode } from './claim-link.ts';

test.each([
  ['/start K7WQ2M9X', 'K7WQ2M9X'],
  ['/start k7wq-2m9x', 'k7wq-2m9x'],
  ['/link K7WQ2M9X', 'K7WQ2M9X'],
  ['/link K7WQ2', 'K7WQ2'],
  ['/start', undefined],
  // Seven, nine, and a letter that no code has.
  ['/start K7WQ2M9', undefined],
  ['/start K7WQ2M9XX', undefined],
  ['/start K7WQ2M0X', undefined],
  ['/start from_the-website', undefined],
  ['/started K7WQ2M9X', undefined],
])('the code of "%s" is %s', (text, code) => {
  expect(readLinkCode(text)).toBe(code);
});
