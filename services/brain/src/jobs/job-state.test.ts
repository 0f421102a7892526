import type { JobOutcome } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import {
  decideGivenUp,
  decideLost,
  decideResult,
  decideStart,
  type JobState,
  MAX_LOSSES,
} from './job-state.ts';
import { apply, askedBy, DONE, ERROR, NEW, RETRY, toldBy } from './job-state-testing.ts';

test('the first result counts, whatever its attempt; later ones change nothing', () => {
  const late: JobState = { ...NEW, attempt: 3 };
  const first = toldBy(late, { attempt: 2, outcome: DONE }, 0);
  expect(first).toEqual({ kind: 'end', status: 'completed', result: 1 });
  expect(toldBy(apply(late, first), { attempt: 3, outcome: DONE }, 0)).toEqual({
    kind: 'ignore',
  });
});

test('an attempt that fails by itself is tried again after about 1 s and 4 s, then the job is dead', () => {
  let job = NEW;
  const waits: number[] = [];
  for (const random of [0, 1]) {
    const change = toldBy(job, { attempt: job.attempt, outcome: RETRY }, random);
    if (change.kind !== 'requeue') throw new Error(change.kind);
    waits.push(change.waitMs);
    job = apply(job, change);
  }
  expect(waits).toEqual([800, 4_800]);
  expect(job).toMatchObject({ attempt: 3, failures: 2 });
  expect(toldBy(job, { attempt: 3, outcome: RETRY }, 0)).toEqual({
    kind: 'end',
    status: 'dead',
    error: ERROR,
  });
});

test('a failure of a lower attempt changes nothing', () => {
  expect(toldBy({ ...NEW, attempt: 2 }, { attempt: 1, outcome: RETRY }, 0)).toEqual({
    kind: 'ignore',
  });
});

test('five workers may die with a job that they have begun, counted over all its stays in the queue', () => {
  let job = NEW;
  for (let lost = 1; lost <= MAX_LOSSES; lost++) {
    const { answer, change } = askedBy(job, { attempt: job.attempt + 1, workerId: `w${lost}` });
    expect(answer).toEqual({ answer: 'go' });
    job = apply(job, change);
    // In the middle it fails by itself once: what was lost before still counts, that worker does not.
    if (lost === 3) {
      job = apply(job, toldBy(job, { attempt: job.attempt, outcome: RETRY }, 0));
      job = apply(job, askedBy(job, { attempt: job.attempt, workerId: 'w3' }).change);
    }
  }
  const next = askedBy(job, { attempt: job.attempt + 1, workerId: 'w' });
  expect(next.answer).toEqual({ answer: 'refused', code: 'DEAD' });
  expect(next.change).toMatchObject({
    kind: 'end',
    status: 'dead',
    error: { code: 'WORKER_LOST' },
  });
});

test('a worker that died before it had begun says nothing about the job', () => {
  const received: JobState = { ...NEW, status: 'received', attempt: 19 };
  const often = askedBy(received, { attempt: 20, workerId: 'w' });
  expect(often.answer).toEqual({ answer: 'go' });
  expect(often.change).toMatchObject({ losses: 0 });
});

test('a job that must not act twice is interrupted when a second worker wants to act', () => {
  const never: JobState = { ...NEW, replay: 'never' };
  const first = askedBy(never, { attempt: 1, workerId: 'w1' });
  expect(first.answer).toEqual({ answer: 'go' });
  const begun = apply(never, first.change);
  // The answer got lost: the same worker asks again, and has not acted.
  expect(askedBy(begun, { attempt: 1, workerId: 'w1' }).answer).toEqual({ answer: 'go' });
  const second = askedBy(begun, { attempt: 2, workerId: 'w2' });
  expect(second.answer).toEqual({ answer: 'refused', code: 'INTERRUPTED' });
  expect(second.change).toMatchObject({ kind: 'end', status: 'interrupted' });
});

test('the result of the worker that was thought lost answers the question', () => {
  const asked: JobState = { ...NEW, replay: 'never', status: 'interrupted', attempt: 2 };
  expect(toldBy(asked, { attempt: 1, outcome: DONE }, 0)).toMatchObject({ kind: 'end' });
  expect(toldBy(asked, { attempt: 1, outcome: RETRY }, 0)).toEqual({ kind: 'ignore' });
});

test('a keyed job acts again under its key', () => {
  const keyed: JobState = {
    ...NEW,
    replay: 'keyed',
    intent: { attempt: 1, workerId: 'w1' },
    status: 'running',
  };
  expect(askedBy(keyed, { attempt: 2, workerId: 'w2' }).answer).toEqual({ answer: 'go' });
});

test('an old delivery is not begun', () => {
  const job: JobState = { ...NEW, attempt: 3 };
  expect(askedBy(job, { attempt: 1, workerId: 'w' }).answer).toEqual({
    answer: 'refused',
    code: 'STALE',
  });
});

test('a message that another one has replaced is not begun, whatever its delivery counts, and its failures change nothing', () => {
  const again: JobState = { ...NEW, attempt: 2, baseAttempt: 2, status: 'running' };
  const old = { attempt: 2, baseAttempt: 1 };
  const { answer, change } = decideStart(again, { ...old, workerId: 'w2' });
  expect(answer).toEqual({ answer: 'refused', code: 'STALE' });
  expect(change).toEqual({ kind: 'ignore' });
  expect(decideResult(again, { ...old, outcome: RETRY }, 0)).toEqual({ kind: 'ignore' });
  expect(decideResult(again, { ...old, outcome: DONE }, 0)).toMatchObject({ kind: 'end' });
});

test('a worker that was halted before it had acted answers the question', () => {
  const asked: JobState = { ...NEW, replay: 'never', status: 'interrupted' };
  const halted: JobOutcome = { status: 'halted', error: ERROR };
  expect(toldBy(asked, { attempt: 1, outcome: halted }, 0)).toMatchObject({ status: 'halted' });
});

test('a worker that was halted says nothing about a job that was put into the queue anew since', () => {
  const late = { attempt: 1, baseAttempt: 1, outcome: { status: 'halted', error: ERROR } } as const;
  for (const status of ['queued', 'running', 'interrupted'] as const) {
    const again: JobState = { ...NEW, status, attempt: 2, baseAttempt: 2 };
    expect(decideResult(again, late, 0)).toEqual({ kind: 'ignore' });
  }
});

test('what is lost from the queue is sent again, unless it may have acted', () => {
  expect(decideLost(NEW)).toMatchObject({ kind: 'requeue', attempt: 2, waitMs: 0 });
  const acted: JobState = { ...NEW, replay: 'never', intent: { attempt: 1, workerId: 'w' } };
  expect(decideLost(acted)).toMatchObject({ kind: 'end', status: 'interrupted' });
  expect(decideLost({ ...NEW, status: 'queued' })).toEqual({ kind: 'ignore' });
  expect(decideGivenUp(NEW)).toMatchObject({ kind: 'end', status: 'dead' });
});
