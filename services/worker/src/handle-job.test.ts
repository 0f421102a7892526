import { HALT_ANNOUNCE_MS } from '@bakerst/bus';
import { JobDispatch, type JobOutcome, type JobStartAnswer } from '@bakerst/contracts';
import { silentLogger } from '@bakerst/kit';
import { createFakeClock, settle } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { createHaltedWork } from './halted-work.ts';
import { handleJob } from './handle-job.ts';
import { createOneAtATime } from './one-at-a-time.ts';

const JOB = '0190a000-0000-7000-8000-000000000001';
const RUN = '0190a000-0000-7000-8000-000000000002';

const GO: JobStartAnswer = { answer: 'go' };
const HALTED: JobStartAnswer = { answer: 'refused', code: 'HALTED' };

interface Given {
  readonly ageMs?: number;
  readonly attempt?: number;
  /** What a brain says, one after the other; it is not there for what comes later. */
  readonly answers?: readonly (JobStartAnswer | Promise<JobStartAnswer>)[];
}

/** A worker that hears of halts, and whose code goes on until it is stopped or `finish` is called. */
function openWorker() {
  const clock = createFakeClock();
  const halts = createHaltedWork();
  halts.setComplete(true);
  const halt = (kind: 'job' | 'run'): void =>
    halts.add({ kind, id: kind === 'job' ? JOB : RUN, at: clock.now() });
  const begin = ({ ageMs = 0, attempt = 1, answers = [] }: Given) => {
    const finished = Promise.withResolvers<JobOutcome>();
    const left = [...answers];
    const sent: string[] = [];
    const reported: string[] = [];
    const deps = {
      executors: {
        code: async ({ signal }: { readonly signal: AbortSignal }) => {
          sent.push('begun');
          signal.addEventListener('abort', () => finished.resolve({ status: 'returned' }));
          return await finished.promise;
        },
      },
      sender: {
        send: async ({ outcome }: { readonly outcome: JobOutcome }) =>
          void sent.push(outcome.status),
        report: ({ status }: { readonly status: string }) => void reported.push(status),
      },
      asker: {
        async ask() {
          sent.push('asked');
          const answer = left.shift();
          if (answer === undefined) throw new Error('there is no brain');
          return answer;
        },
      },
      halts,
      suspects: createOneAtATime(),
      workerId: 'worker-1',
      ackWaitMs: 8_000,
      stopping: new AbortController().signal,
      clock,
      log: silentLogger,
    };
    const dispatch = JobDispatch.parse({
      ...{ jobId: JOB, runId: RUN, attempt, replay: 'safe', org: 'home', user: 'gary' },
      ...{ requestId: 'request-1', createdAt: clock.now() - ageMs },
      spec: { type: 'code', code: 'return 1', timeoutMs: 1_000 },
    });
    const handled = handleJob(deps, {
      ...{ dispatch, attempt, isRepeated: false },
      working: () => undefined,
      settle: () => sent.push('settled'),
      giveBack: () => sent.push('given back'),
    });
    const finish = (): void => finished.resolve({ status: 'completed', result: 1 });
    return { handled, sent, reported, finish };
  };
  return { halt, begin };
}

test('a job that waited for its worker when it was halted is not begun', async () => {
  const { halt, begin } = openWorker();
  halt('run');
  const { handled, sent } = begin({});
  await handled;
  expect(sent).toEqual(['halted', 'settled']);
});

test.each(['unasked', 'asked'])(
  '%s, one whose halt came along with it is not begun',
  async (how) => {
    const { halt, begin } = openWorker();
    const attempt = how === 'asked' ? 2 : 1;
    const { handled, sent, reported } = begin({ attempt, answers: [GO, HALTED] });
    // Both are read in one turn, and each is passed on in steps of its own.
    for (let step = 0; step < 20; step++) await Promise.resolve();
    halt('run');
    await handled;
    expect(sent).not.toContain('begun');
    expect(reported).not.toContain('running');
    expect(sent).toContain('halted');
  },
);

test('one that is old enough for a halt of which nobody could tell is begun only when a brain says so', async () => {
  const { begin } = openWorker();
  const { handled, sent } = begin({ ageMs: HALT_ANNOUNCE_MS, answers: [HALTED] });
  await handled;
  expect(sent).toEqual(['asked', 'settled']);
});

test.each(['job', 'run'] as const)(
  'one whose %s was halted before a person had it tried again is executed',
  async (kind) => {
    const { halt, begin } = openWorker();
    halt(kind);
    const { handled, sent, finish } = begin({ attempt: 2, answers: [GO, GO] });
    await expect.poll(() => sent).toContain('begun');
    // It is told once more where the worker was cut off from the bus.
    halt(kind);
    await settle();
    finish();
    await handled;
    expect(sent).toEqual(['asked', 'begun', 'asked', 'completed', 'settled']);
  },
);

test('one that is halted again ends, also where no brain is there to say so', async () => {
  const { halt, begin } = openWorker();
  for (const answers of [
    [GO, GO, HALTED],
    [GO, GO],
  ]) {
    const { handled, sent } = begin({ attempt: 2, answers });
    await expect.poll(() => sent).toContain('begun');
    halt('job');
    await settle();
    halt('job');
    await handled;
    expect(sent).toEqual(['asked', 'begun', 'asked', 'asked', 'halted', 'settled']);
  }
});

test('one that is halted while the answer of the brain is on its way is not begun', async () => {
  const { halt, begin } = openWorker();
  const { promise: answer, resolve } = Promise.withResolvers<JobStartAnswer>();
  const { promise: check, resolve: tell } = Promise.withResolvers<JobStartAnswer>();
  const { handled, sent } = begin({ attempt: 2, answers: [answer, check] });
  await settle();
  halt('job');
  resolve(GO);
  await settle();
  expect(sent).toEqual(['asked', 'asked']);
  tell(HALTED);
  await handled;
  expect(sent).toEqual(['asked', 'asked', 'halted', 'settled']);
});
