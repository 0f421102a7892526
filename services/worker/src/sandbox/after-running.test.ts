import { setImmediate } from 'node:timers/promises';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { afterRunning } from './after-running.ts';

test('it rings once, when its time has passed', async () => {
  const clock = createFakeClock();
  let rings = 0;
  afterRunning(clock, 2_000, () => rings++);
  await clock.advance(1_900);
  expect(rings).toBe(0);
  await clock.advance(10_000);
  await setImmediate();
  expect(rings).toBe(1);
});

test('a pause, however long, is one moment', async () => {
  // Of a process that was paused, a timer rings once for all the time.
  let tick = (): void => undefined;
  const paused = {
    every(_ms: number, ring: () => void) {
      tick = ring;
      return { [Symbol.dispose]: () => undefined };
    },
  };
  let rings = 0;
  afterRunning(paused, 2_000, () => rings++);
  for (let i = 0; i < 3; i++) tick();
  await setImmediate();
  expect(rings).toBe(0);
  tick();
  await setImmediate();
  expect(rings).toBe(1);
});

test('what is heard in the same moment comes first', async () => {
  const clock = createFakeClock();
  let rings = 0;
  const alarm = afterRunning(clock, 500, () => rings++);
  const advanced = clock.advance(500);
  alarm[Symbol.dispose]();
  await advanced;
  await setImmediate();
  expect(rings).toBe(0);
});
