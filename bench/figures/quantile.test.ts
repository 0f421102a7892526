import { expect, test } from 'vitest';
import { median, quantile, toSpread } from './quantile.ts';

test('a quantile is one of the values: the least that so many do not exceed', () => {
  const values = [5, 1, 4, 2, 3];
  expect([0, 0.2, 0.21, 0.5, 0.95, 1].map((q) => quantile(values, q))).toEqual([1, 1, 2, 3, 5, 5]);
});

test('the median of one value is that value, of none there is none', () => {
  expect(median([7])).toBe(7);
  expect(() => median([])).toThrow('no values');
});

test('values stay in their order', () => {
  const values = [3, 1, 2];
  expect(toSpread(values)).toEqual({ p50: 2, p95: 3 });
  expect(values).toEqual([3, 1, 2]);
});
