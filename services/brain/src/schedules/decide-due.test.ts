import type { OnMissed } from '@bakerst/contracts/schedules';
import { expect, test } from 'vitest';
import { type DueInput, decideDue } from './decide-due.ts';

const MINUTE = 60_000;
const next = (after: number): number => (Math.floor(after / MINUTE) + 1) * MINUTE;

function decide(more: Partial<DueInput>): readonly string[] {
  const input = {
    next,
    from: MINUTE,
    now: 0,
    onMissed: 'once',
    graceMs: 1e9,
    skipUntil: 0,
  } as const;
  return decideDue({ ...input, ...more }).decisions.map(
    ({ at, fires, count }) => `${at / MINUTE} ${fires ? 'fires' : 'missed'} ${count}`,
  );
}

test('what is due in time fires under every policy', () => {
  for (const onMissed of ['skip', 'once', 'all'] as OnMissed[])
    expect(decide({ now: MINUTE + 5_000, onMissed, graceMs: 0 })).toEqual(['1 fires 1']);
});

test('after an outage each policy accounts for every instant', () => {
  const now = 3 * MINUTE + 30_000;
  const of = (onMissed: OnMissed) => decide({ now, onMissed });
  expect(of('skip')).toEqual(['1 missed 1', '2 missed 1', '3 missed 1']);
  expect(of('once')).toEqual(['1 missed 1', '2 missed 1', '3 fires 1']);
  expect(of('all')).toEqual(['1 fires 1', '2 fires 1', '3 fires 1']);
});

test('what is on time is the one that once makes up with', () => {
  expect(decide({ now: 3 * MINUTE })).toEqual(['1 missed 1', '2 missed 1', '3 fires 1']);
});

test('older than the grace is not made up for, nor what a restore has put behind it', () => {
  const now = 3 * MINUTE + 30_000;
  expect(decide({ now, onMissed: 'all', graceMs: 90_000 })).toEqual([
    '1 missed 1',
    '2 fires 1',
    '3 fires 1',
  ]);
  expect(decide({ now, onMissed: 'all', skipUntil: 3 * MINUTE })).toEqual([
    '1 missed 1',
    '2 missed 1',
    '3 missed 1',
  ]);
});

test('very many are one row that says how many, and the rest is decided next', () => {
  const { decisions, nextAt } = decideDue({
    next,
    from: MINUTE,
    now: 2_500 * MINUTE,
    onMissed: 'once',
    graceMs: 1e12,
    skipUntil: 0,
  });
  expect(decisions).toEqual([
    {
      at: MINUTE,
      fires: false,
      isLate: true,
      count: 100,
      lastAt: 100 * MINUTE,
      isAtLeast: false,
    },
  ]);
  expect(nextAt).toBe(101 * MINUTE);
});

test('all makes up for very many one by one, behind what is older than the grace', () => {
  const input = {
    next,
    from: MINUTE,
    now: 2_500 * MINUTE + 30_000,
    onMissed: 'all',
    graceMs: 1_900 * MINUTE,
    skipUntil: 0,
  } as const;
  const steps = [decideDue(input)];
  for (let from = steps[0]?.nextAt; from !== undefined && from <= input.now; ) {
    const step = decideDue({ ...input, from });
    steps.push(step);
    from = step.nextAt;
  }
  const all = steps.flatMap(({ decisions }) => decisions);
  const old = all.filter(({ fires }) => !fires);
  expect(old.reduce((sum, { count }) => sum + count, 0)).toBe(600);
  expect(all.filter(({ fires }) => fires)).toHaveLength(1_900);
  expect(Math.max(...steps.map(({ decisions }) => decisions.length))).toBe(100);
  expect(all.at(-1)?.at).toBe(2_500 * MINUTE);
  expect(steps.at(-1)?.nextAt).toBe(2_501 * MINUTE);
});

test('a grace of more than a week is no reason to leave anything out', () => {
  const day = 1_440 * MINUTE;
  const input = { next, from: MINUTE, now: 20 * day, onMissed: 'all', graceMs: 10 * day } as const;
  let from: number | undefined = MINUTE;
  let [fired, missed] = [0, 0];
  while (from !== undefined && from <= input.now) {
    const { decisions, nextAt } = decideDue({ ...input, skipUntil: 0, from });
    fired += decisions.filter(({ fires }) => fires).length;
    missed += decisions.filter(({ isAtLeast }) => isAtLeast).length;
    from = nextAt;
  }
  expect([fired, missed]).toEqual([10 * 1_440 + 1, 1]);
});
