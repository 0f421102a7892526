import { expect, test } from 'vitest';
import { parseArithmetic } from './parse-arithmetic.ts';

test.each([
  ['17 * 23', '17 * 23', 391],
  ['17*23', '17 * 23', 391],
  ['17 times 23', '17 * 23', 391],
  ['17 × 23', '17 * 23', 391],
  ['17 x 23', '17 * 23', 391],
  ['84 divided by 4', '84 / 4', 21],
  ['84 ÷ 4', '84 / 4', 21],
  ['5 plus 3 minus 2', '5 + 3 - 2', 6],
  ['5 − 3', '5 - 3', 2],
  ['(3+4)*2', '(3 + 4) * 2', 14],
  ['2^10', '2 ^ 10', 1024],
  ['2 to the power of 3', '2 ^ 3', 8],
  ['2**3', '2 ^ 3', 8],
  ['2^3^2', '2 ^ 3 ^ 2', 512],
  ['-2^2', '-2 ^ 2', -4],
  ['(-2)^2', '(-2) ^ 2', 4],
  ['2 - -3', '2 - -3', 5],
  ['2^-1', '2 ^ -1', 0.5],
  ['.5 + 1.25', '.5 + 1.25', 1.75],
  ['1,000 + 1', '1,000 + 1', 1001],
  ['007 + 1', '007 + 1', 8],
  ['17 % 5', '17 % 5', 2],
  ['17 mod 5', '17 % 5', 2],
  ['50% * 8', '50% * 8', 4],
  ['20% of 50', '20 / 100 * 50', 10],
  ['20 percent of 50', '20 / 100 * 50', 10],
  ['9 squared', '9 ^ 2', 81],
])('%s is read', (text, shown, value) => {
  const sum = parseArithmetic(text);
  expect(sum?.shown).toBe(shown);
  // biome-ignore lint/security/noGlobalEval: the sandbox would evaluate exactly this text
  expect(eval(sum?.code ?? '')).toBe(value);
});

test.each([
  '',
  '42',
  '-42',
  'hello',
  '17 *',
  '* 17',
  '(17 * 23',
  '17 * 23)',
  '17 23',
  '17, 23',
  '1.2.3 + 4',
  '17 * process.exit(1)',
  '17 * x',
  '17; 23',
  '1e9 * 2',
  '`17` * 23',
  '(1+'.repeat(100),
  `1${'+1'.repeat(150)}`,
])('%s is no arithmetic', (text) => {
  expect(parseArithmetic(text)).toBeUndefined();
});

test('an expression of exactly the cap is read', () => {
  const text = `${'1+'.repeat(149)}10`;
  expect(text).toHaveLength(300);
  expect(parseArithmetic(text)).toBeDefined();
});
