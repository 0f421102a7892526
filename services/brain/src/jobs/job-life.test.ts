import { isTerminalJob, type JobOutcome, type ReplayClass } from '@bakerst/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decideLost,
  type JobChange,
  type JobState,
  MAX_FAILURES,
  MAX_LOSSES,
} from './job-state.ts';
import { apply, askedBy, DONE, ERROR, NEW, RETRY, toldBy } from './job-state-testing.ts';

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
    const change = toldBy(job, { attempt, outcome: each.outcome }, 0.5);
    // The worker itself said that nothing was done, or that it was undone.
    if (change.kind === 'requeue') actors.clear();
    return change;
  }
  const start = { attempt: Math.max(1, job.attempt + each.ahead), workerId: `w${each.worker}` };
  const { answer, change } = askedBy(job, start);
  if (answer.answer === 'go') actors.add(`${start.workerId}/${start.attempt}`);
  return change;
}
