import { expect, test } from 'vitest';
import { isDeeperThan } from './json-depth.ts';

function nested(levels: number, open: string, close: string): unknown {
  return JSON.parse(`${open.repeat(levels)}1${close.repeat(levels)}`);
}

test.each([
  ['lists', '[', ']'],
  ['objects', '{"a":', '}'],
  ['both', '[{"a":', '}]'],
])('%s count level by level', (_what, open, close) => {
  const value = nested(3, open, close);
  const levels = open.includes('[{') ? 6 : 3;
  expect(isDeeperThan(levels, value)).toBe(false);
  expect(isDeeperThan(levels - 1, value)).toBe(true);
});

test('the deepest place counts, wherever it is', () => {
  expect(isDeeperThan(2, [1, [], { a: { b: [] } }, null])).toBe(true);
  expect(isDeeperThan(4, [1, [], { a: { b: [] } }, null])).toBe(false);
});

test('what is no list and no object has no depth', () => {
  for (const value of ['[[[', 1, null, true, undefined]) expect(isDeeperThan(0, value)).toBe(false);
});

test('brackets by the hundred thousand do no harm', () => {
  expect(isDeeperThan(100, nested(100_000, '[', ']'))).toBe(true);
});
