import { isTerminalJob, type JobOutcome, type ReplayClass } from '@bakerst/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decideGivenUp,
  decideLost,
  decideResult,
  decideStart,
  type JobChange,
  type JobState,
  MAX_FAILURES,
  MAX_LOSSES,
} from './job-state.ts';

const NEW: JobState = {
  status: 'dispatched',
  attempt: 1,
  failures: 0,
  losses: 0,
  replay: 'safe',
  intent: undefined,
};
const ERROR = { code: 'NOT_REACHED', message: 'nobody there' };
const DONE: JobOutcome = { status: 'completed', result: 1 };
const RETRY: JobOutcome = { status: 'retry', error: ERROR };

/** The job after a change, as the store writes it. */
function apply(job: JobState, change: JobChange): JobState {
  switch (change.kind) {
    case 'ignore':
      return job;
    case 'begin': {
      const { attempt, workerId, losses } = change;
      return { ...job, status: 'running', attempt, losses, intent: { attempt, workerId } };
    }
    case 'requeue': {
      const { attempt, failures } = change;
      return { ...job, status: 'queued', intent: undefined, attempt, failures };
    }
    case 'end':
      return { ...job, status: change.status };
    default:
      return change satisfies never;
  }
}

test('the first result counts, whatever its attempt; later ones change nothing', () => {
  const late: JobState = { ...NEW, attempt: 3 };
  const first = decideResult(late, { attempt: 2, outcome: DONE }, 0);
  expect(first).toEqual({ kind: 'end', status: 'completed', result: 1 });
  expect(decideResult(apply(late, first), { attempt: 3, outcome: DONE }, 0)).toEqual({
    kind: 'ignore',
  });
});

test('an attempt that fails by itself is tried again after about 1 s and 4 s, then the job is dead', () => {
  let job = NEW;
  const waits: number[] = [];
  for (const random of [0, 1]) {
    const change = decideResult(job, { attempt: job.attempt, outcome: RETRY }, random);
    if (change.kind !== 'requeue') throw new Error(change.kind);
    waits.push(change.waitMs);
    job = apply(job, change);
  }
  expect(waits).toEqual([800, 4_800]);
  expect(job).toMatchObject({ attempt: 3, failures: 2 });
  expect(decideResult(job, { attempt: 3, outcome: RETRY }, 0)).toEqual({
    kind: 'end',
    status: 'dead',
    error: ERROR,
  });
});

test('a failure of a lower attempt changes nothing', () => {
  expect(decideResult({ ...NEW, attempt: 2 }, { attempt: 1, outcome: RETRY }, 0)).toEqual({
    kind: 'ignore',
  });
});

test('five workers may die with a job that they have begun, counted over all its stays in the queue', () => {
  let job = NEW;
  for (let lost = 1; lost <= MAX_LOSSES; lost++) {
    const { answer, change } = decideStart(job, { attempt: job.attempt + 1, workerId: `w${lost}` });
    expect(answer).toEqual({ answer: 'go' });
    job = apply(job, change);
    // In the middle it fails by itself once: what was lost before still counts, that worker does not.
    if (lost === 3) {
      job = apply(job, decideResult(job, { attempt: job.attempt, outcome: RETRY }, 0));
      job = apply(job, decideStart(job, { attempt: job.attempt, workerId: 'w3' }).change);
    }
  }
  const next = decideStart(job, { attempt: job.attempt + 1, workerId: 'w' });
  expect(next.answer).toEqual({ answer: 'refused', code: 'DEAD' });
  expect(next.change).toMatchObject({
    kind: 'end',
    status: 'dead',
    error: { code: 'WORKER_LOST' },
  });
});

test('a worker that died before it had begun says nothing about the job', () => {
  const received: JobState = { ...NEW, status: 'received', attempt: 19 };
  const often = decideStart(received, { attempt: 20, workerId: 'w' });
  expect(often.answer).toEqual({ answer: 'go' });
  expect(often.change).toMatchObject({ losses: 0 });
});

test('a job that must not act twice is interrupted when a second worker wants to act', () => {
  const never: JobState = { ...NEW, replay: 'never' };
  const first = decideStart(never, { attempt: 1, workerId: 'w1' });
  expect(first.answer).toEqual({ answer: 'go' });
  const begun = apply(never, first.change);
  // The answer got lost: the same worker asks again, and has not acted.
  expect(decideStart(begun, { attempt: 1, workerId: 'w1' }).answer).toEqual({ answer: 'go' });
  const second = decideStart(begun, { attempt: 2, workerId: 'w2' });
  expect(second.answer).toEqual({ answer: 'refused', code: 'INTERRUPTED' });
  expect(second.change).toMatchObject({ kind: 'end', status: 'interrupted' });
});

test('the result of the worker that was thought lost answers the question', () => {
  const asked: JobState = { ...NEW, replay: 'never', status: 'interrupted', attempt: 2 };
  expect(decideResult(asked, { attempt: 1, outcome: DONE }, 0)).toMatchObject({ kind: 'end' });
  expect(decideResult(asked, { attempt: 1, outcome: RETRY }, 0)).toEqual({ kind: 'ignore' });
});

test('a keyed job acts again under its key', () => {
  const keyed: JobState = {
    ...NEW,
    replay: 'keyed',
    intent: { attempt: 1, workerId: 'w1' },
    status: 'running',
  };
  expect(decideStart(keyed, { attempt: 2, workerId: 'w2' }).answer).toEqual({ answer: 'go' });
});

test('an old delivery is not begun', () => {
  const job: JobState = { ...NEW, attempt: 3 };
  expect(decideStart(job, { attempt: 1, workerId: 'w' }).answer).toEqual({
    answer: 'refused',
    code: 'STALE',
  });
});

test('what is lost from the queue is sent again, unless it may have acted', () => {
  expect(decideLost(NEW)).toMatchObject({ kind: 'requeue', attempt: 2, waitMs: 0 });
  const acted: JobState = { ...NEW, replay: 'never', intent: { attempt: 1, workerId: 'w' } };
  expect(decideLost(acted)).toMatchObject({ kind: 'end', status: 'interrupted' });
  expect(decideLost({ ...NEW, status: 'queued' })).toEqual({ kind: 'ignore' });
  expect(decideGivenUp(NEW)).toMatchObject({ kind: 'end', status: 'dead' });
});

/** One thing that may happen to a job, in any order and any number of times. */
type Happening =
  | { readonly type: 'start'; readonly ahead: number; readonly worker: number }
  | { readonly type: 'result'; readonly behind: number; readonly outcome: JobOutcome }
  | { readonly type: 'lost' };

const outcomes: readonly JobOutcome[] = [
  DONE,
  RETRY,
  { status: 'failed', error: ERROR },
  { status: 'halted', error: ERROR },
  { status: 'returned' },
  { status: 'unknown', error: ERROR },
];

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    type: fc.constant('start' as const),
    ahead: fc.integer({ min: -2, max: 2 }),
    worker: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    type: fc.constant('result' as const),
    behind: fc.integer({ min: 0, max: 2 }),
    outcome: fc.constantFrom(...outcomes),
  }),
  fc.constant({ type: 'lost' as const }),
);

test('whatever happens in whatever order, a job ends once, goes forward, and acts at most once when it must', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<ReplayClass>('safe', 'keyed', 'never'),
      fc.array(happening, { maxLength: 30 }),
      (replay, happenings) => {
        let job: JobState = { ...NEW, replay };
        const actors = new Set<string>();
        for (const each of happenings) {
          // The relay sends what waits.
          if (job.status === 'queued') job = { ...job, status: 'dispatched' };
          const before = job;
          const change = play(job, each, actors);
          job = apply(job, change);
          expectForward(before, change, job);
        }
        if (replay === 'never') expect(actors.size).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 10_000 },
  );
});

function expectForward(before: JobState, change: JobChange, after: JobState): void {
  expect(after.attempt).toBeGreaterThanOrEqual(before.attempt);
  expect(after.failures).toBeLessThanOrEqual(MAX_FAILURES);
  expect(after.losses).toBeLessThan(MAX_LOSSES);
  if (before.status === 'interrupted') expect(['ignore', 'end']).toContain(change.kind);
  else if (isTerminalJob(before.status)) expect(change).toEqual({ kind: 'ignore' });
}

/** `actors`: who was told to act without anybody having said that nothing had been done. */
function play(job: JobState, each: Happening, actors: Set<string>): JobChange {
  if (each.type === 'lost') return decideLost(job);
  if (each.type === 'result') {
    const attempt = Math.max(1, job.attempt - each.behind);
    const change = decideResult(job, { attempt, outcome: each.outcome }, 0.5);
    // The worker itself said that nothing was done, or that it was undone.
    if (change.kind === 'requeue') actors.clear();
    return change;
  }
  const start = { attempt: Math.max(1, job.attempt + each.ahead), workerId: `w${each.worker}` };
  const { answer, change } = decideStart(job, start);
  if (answer.answer === 'go') actors.add(`${start.workerId}/${start.attempt}`);
  return change;
}
