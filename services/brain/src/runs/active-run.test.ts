import { getEventListeners } from 'node:events';
import { RunId } from '@bakerst/contracts';
import { settle } from '@bakerst/kit/testing';
import { beforeEach, expect, test } from 'vitest';
import { createRunRegistry } from './active-run.ts';

const RUN_ID = RunId.parse('0190a000-0000-7000-8000-000000000001');
const OTHER_ID = RunId.parse('0190a000-0000-7000-8000-000000000002');

const newRegistry = () => createRunRegistry<ReturnType<typeof activeRun>>();
let registry = newRegistry();
beforeEach(() => {
  registry = newRegistry();
});

function activeRun(id: RunId) {
  return { run: { id, lockKey: id } };
}

/** Waits for a change, and tells whether it has come. */
function wait(runId: string, signal: AbortSignal): { hasEnded(): Promise<boolean> } {
  let hasEnded = false;
  void registry.changed(runId, signal).then(() => {
    hasEnded = true;
  });
  return {
    async hasEnded() {
      await settle();
      return hasEnded;
    },
  };
}

test('who waits for a run hears when it begins here, and when it ends', async () => {
  const { signal } = new AbortController();
  const run = activeRun(RUN_ID);
  const begun = wait(RUN_ID, signal);
  const other = wait(OTHER_ID, signal);
  expect(await begun.hasEnded()).toBe(false);
  registry.add(run);
  expect(await begun.hasEnded()).toBe(true);
  const ended = wait(RUN_ID, signal);
  expect(await ended.hasEnded()).toBe(false);
  registry.remove(run);
  expect(await ended.hasEnded()).toBe(true);
  expect(await other.hasEnded()).toBe(false);
});

test('any number may wait for one run', async () => {
  const { signal } = new AbortController();
  const all = Array.from({ length: 50 }, () => wait(RUN_ID, signal));
  registry.add(activeRun(RUN_ID));
  for (const each of all) expect(await each.hasEnded()).toBe(true);
});

test('who no longer listens stops waiting, also when that was so from the start', async () => {
  const leaving = new AbortController();
  const before = wait(RUN_ID, leaving.signal);
  leaving.abort();
  expect(await before.hasEnded()).toBe(true);
  expect(await wait(RUN_ID, leaving.signal).hasEnded()).toBe(true);
});

test('nothing hangs on the signal of a reader whose run has changed', async () => {
  const { signal } = new AbortController();
  const waits = Array.from({ length: 3 }, () => wait(RUN_ID, signal));
  registry.add(activeRun(RUN_ID));
  for (const each of waits) await each.hasEnded();
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
