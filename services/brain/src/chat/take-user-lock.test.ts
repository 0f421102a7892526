import { createFakeClock, settle } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import {
  gary,
  LATER,
  LOCK_KEY,
  ORDER,
  ORDERED,
  openRuns,
  TALK,
} from '../runs/sqlite-runs-testing.ts';
import type { TakenLock } from '../runs/take-lock.ts';
import { takeUserLock } from './take-user-lock.ts';

/** Gary's lock is held for this run. */
function openHeld(runId: string | undefined) {
  const { store, finish } = openRuns();
  const clock = createFakeClock();
  const answers: TakenLock[] = [];
  const runLocks = {
    take: async (): Promise<TakenLock> => ({
      won: false,
      note: { holder: 'brain-2', host: 'oven', pid: 1, ...(runId && { runId }) },
    }),
  };
  return {
    clock,
    finish,
    answers,
    async take() {
      const wanted = { tenant: gary, lockKey: LOCK_KEY, runId: LATER, keyed: undefined };
      const taken = takeUserLock({ runLocks, store, clock }, wanted);
      void taken.then((answer) => answers.push(answer));
      await settle();
    },
  };
}

test('whoever asks while a run is on is told so at once', async () => {
  const { take, answers } = openHeld(ORDER);
  await take();
  expect(answers).toHaveLength(1);
});

test.each([
  ['that is about to be stored is told so at once', TALK, 1],
  ['that has ended waits for a moment', ORDER, 0],
  ['that an older brain does not name waits for a moment', undefined, 0],
])('whoever finds the lock held for a run %s', async (_which, runId, answered) => {
  const { take, finish, answers, clock } = openHeld(runId);
  await finish(ORDERED);
  await take();
  expect(answers).toHaveLength(answered);
  await clock.advance(500);
  expect(answers).toHaveLength(1);
});
