import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { HEARTBEAT_MS, Heartbeat } from '@bakerst/contracts';
import { isGone } from '@bakerst/kit';
import { expect, test } from 'vitest';
import { createProcessWatch } from './process-watch.ts';

function heartbeat(id: string, more: object = {}): Heartbeat {
  return Heartbeat.parse({
    service: 'worker',
    id,
    host: 'oven',
    pid: 1,
    version: '1.0.0',
    startedAt: 0,
    isReady: true,
    busy: 0,
    ...more,
  });
}

/** A watch, the time it has, and how far the wall clock is off. */
function openWatch() {
  const time = { now: 0, aheadMs: 0 };
  const clock = { now: () => time.now + time.aheadMs, monotonic: () => time.now };
  const watch = createProcessWatch({ clock, isGone });
  const listIds = () => watch.list('worker').map(({ id }) => id);
  return { time, watch, listIds };
}

test('a process is listed until it was silent for three heartbeats', () => {
  const { time, watch, listIds } = openWatch();
  watch.hear(heartbeat('worker-1'));
  time.now = 3 * HEARTBEAT_MS;
  expect(listIds()).toEqual(['worker-1']);
  time.now++;
  expect(listIds()).toEqual([]);
});

test('a silent process is forgotten as soon as another one is heard, though nobody lists', () => {
  const { time, watch, listIds } = openWatch();
  watch.hear(heartbeat('worker-1'));
  time.now = 3 * HEARTBEAT_MS + 1;
  watch.hear(heartbeat('worker-2'));
  // Back to when worker-1 would still be listed, were it known.
  time.now = HEARTBEAT_MS;
  expect(listIds()).toEqual(['worker-2']);
});

test.each([
  ['forward', 3_600_000],
  ['back', -7_200_000],
])('a clock that is set %s silences nobody and keeps nobody', (_, aheadMs) => {
  const { time, watch, listIds } = openWatch();
  watch.hear(heartbeat('worker-1'));
  time.aheadMs = aheadMs;
  expect(listIds()).toEqual(['worker-1']);
  time.now = 3 * HEARTBEAT_MS + 1;
  expect(listIds()).toEqual([]);
});

test('another brain takes work while it is ready, not when its process has died', () => {
  const { watch } = openWatch();
  const brain = (id: string, more: object) =>
    watch.hear(heartbeat(id, { service: 'brain', host: hostname(), ...more }));
  // Its number is free: it has ended.
  const { pid } = spawnSync('true');
  brain('killed', { pid });
  brain('leaving', { pid: process.ppid, isReady: false });
  brain('self', { pid: process.pid });
  expect(watch.hasOtherBrain('self')).toBe(false);
  brain('other', { pid: process.ppid });
  expect(watch.hasOtherBrain('self')).toBe(true);
});
