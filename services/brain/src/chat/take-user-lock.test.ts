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

const WON: TakenLock = {
  won: true,
  lock: { revision: 1, lost: new AbortController().signal, release: async () => undefined },
  token: { incarnation: 1, revision: 1 },
};

/** Gary's lock is held for this run. */
function openHeld(runId: string | undefined) {
  let isHeld = true;
  const { store, finish } = openRuns();
  const clock = createFakeClock();
  const answers: TakenLock[] = [];
  const runLocks = {
    async take(): Promise<TakenLock> {
      if (!isHeld) return WON;
      const note = { holder: 'brain-2', host: 'oven', pid: 1, ...(runId && { runId }) };
      return { won: false, note };
    },
  };
  return {
    clock,
    finish,
    answers,
    giveBack() {
      isHeld = false;
    },
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
  ['that is not stored waits for 50 ms', TALK, 50],
  ['that has ended waits for a moment', ORDER, 500],
  ['that an older brain does not name waits for a moment', undefined, 500],
])('whoever finds the lock held for a run %s', async (_which, runId, waitMs) => {
  const { take, finish, answers, clock } = openHeld(runId);
  await finish(ORDERED);
  await take();
  await clock.advance(waitMs - 1);
  expect(answers).toEqual([]);
  await clock.advance(1);
  expect(answers).toMatchObject([{ won: false }]);
});

test('a lock that is given back because its run could not be stored is taken', async () => {
  const { take, finish, giveBack, answers, clock } = openHeld(TALK);
  await finish(ORDERED);
  await take();
  giveBack();
  await clock.advance(10);
  expect(answers).toMatchObject([{ won: true }]);
});
