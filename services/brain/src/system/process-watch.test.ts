import { HEARTBEAT_MS, Heartbeat } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { createProcessWatch } from './process-watch.ts';

function heartbeat(id: string): Heartbeat {
  return Heartbeat.parse({
    service: 'worker',
    id,
    host: 'oven',
    pid: 1,
    version: '1.0.0',
    startedAt: 0,
    isReady: true,
    busy: 0,
  });
}

/** A watch, and the time it has. */
function openWatch() {
  const time = { now: 0 };
  const watch = createProcessWatch({ now: () => time.now });
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
