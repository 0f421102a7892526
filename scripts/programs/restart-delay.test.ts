import { expect, test } from 'vitest';
import { createRestartDelay } from './restart-delay.ts';

test('restarts come at once, then after 0.5 s, doubling up to 30 s', () => {
  const nextDelay = createRestartDelay();
  const waits = Array.from({ length: 10 }, () => nextDelay(100));
  expect(waits).toEqual([0, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test('a run of a minute wipes the slate clean', () => {
  const nextDelay = createRestartDelay();
  for (let restarts = 0; restarts < 5; restarts += 1) nextDelay(100);
  expect([nextDelay(59_999), nextDelay(60_000), nextDelay(100)]).toEqual([8000, 0, 500]);
});
