import { expect, test } from 'vitest';
import { atLeast, atMost, compare, compareSpeed, judge, type Row, single } from './row.ts';

const rounds = [
  { ours: [2, 2, 9], other: [1, 1, 1] },
  { ours: [6], other: [2] },
  { ours: [4], other: [4] },
];

function buildRow(goal: Row['goal'], finding: Row['finding']): Row {
  return { name: 'first text', unit: 'ms', goal, finding };
}

test('a comparison has the ratio of the medians of each round', () => {
  expect(compare(rounds).ratios).toEqual([2, 3, 1]);
  expect(compare(rounds, 0.95).ratios).toEqual([9, 3, 1]);
  expect(compareSpeed(rounds).ratios).toEqual([1 / 2, 1 / 3, 1]);
});

test('a goal is about the median of the ratios, and the goal itself is good enough', () => {
  const compared = compare(rounds);
  expect(judge(buildRow(atMost(2, '×'), compared))).toBe('ok');
  expect(judge(buildRow(atMost(1.9, '×'), compared))).toBe('missed');
  expect(judge(buildRow(atLeast(2.1, '×'), compared))).toBe('missed');
});

test('without another side the goal is about the figure', () => {
  expect(judge(buildRow(atMost(5, 'ms'), single([4, 5, 90])))).toBe('ok');
  expect(judge(buildRow(atMost(5, 'ms'), single([4, 5, 90], 90)))).toBe('missed');
});

test('what is missing is neither good nor bad', () => {
  const missing = { kind: 'missing', why: 'no npm' } as const;
  expect(judge(buildRow(atMost(5, 'ms'), missing))).toBe('not measured');
});
