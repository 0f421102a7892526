import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { createQueueLooks, toWaitMs } from './queue-looks.ts';

test.each([
  [1, 1_500],
  [10, 5_000],
  [20, 20_000],
  [200, 200_000],
])('of %i runs that wait each is looked at after %i ms', (count, ms) => {
  expect(toWaitMs(count)).toBe(ms);
});

test('a run that has moved is looked at at once, also when that was told too early', async () => {
  const looks = createQueueLooks(createFakeClock());
  const { signal } = new AbortController();
  const waiting = looks.wait('one', signal);
  looks.moved('one');
  await waiting;
  looks.moved('two');
  await looks.wait('two', signal);
});

test('who waits is told to stop', async () => {
  const stopping = new AbortController();
  const waiting = createQueueLooks(createFakeClock()).wait('one', stopping.signal);
  stopping.abort(new Error('the gateway stops'));
  await expect(waiting).rejects.toThrow('the gateway stops');
});
