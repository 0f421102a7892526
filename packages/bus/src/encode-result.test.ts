import { JobResult, Streams, Subjects } from '@bakerst/contracts';
import { silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { encodeResult } from './encode-result.ts';
import { createNatsResultSender } from './nats-job-results.ts';
import type { NatsLink } from './nats-link.ts';
import { openPreparedNats } from './nats-testing.ts';

const open = new AsyncDisposableStack();
let link: NatsLink;

beforeAll(async () => {
  const nats = open.use(
    await openPreparedNats(inject('natsServer'), { kind: 'http', leaseMs: 1_000 }),
  );
  ({ link } = nats);
});
afterAll(() => open.disposeAsync());

function resultOf(body: string): JobResult {
  return JobResult.parse({
    jobId: '0190a000-0000-7000-8000-000000000000',
    attempt: 1,
    baseAttempt: 1,
    workerId: 'worker-1',
    startedAt: 0,
    finishedAt: 1,
    outcome: { status: 'completed', result: { body } },
  });
}

const TOO_LARGE = {
  jobId: '0190a000-0000-7000-8000-000000000000',
  attempt: 1,
  outcome: { status: 'failed', error: { code: 'RESULT_TOO_LARGE' } },
};

/** Sends, and gives up when it fails once. */
async function send(result: JobResult): Promise<void> {
  const giveUp = new AbortController();
  giveUp.abort(new Error('the result was not taken'));
  const sender = createNatsResultSender({ link, clock: createFakeClock(), log: silentLogger });
  await sender.send(result, giveUp.signal);
}

test('a brain is told that a result was too large for the server', async () => {
  const taken: unknown[] = [];
  const brain = link.nc.subscribe(Subjects.result, {
    callback: (_err, message) => {
      taken.push(message.json());
      message.respond(JSON.stringify({ recorded: true }));
    },
  });
  await send(resultOf('b'.repeat(3 * 1024 * 1024)));
  brain.unsubscribe();
  expect(taken).toMatchObject([TOO_LARGE]);
  expect(JobResult.safeParse(taken[0]).success).toBe(true);
});

test('without a brain the stream is told the same', async () => {
  await send(resultOf('b'.repeat(3 * 1024 * 1024)));
  const stored = await link.jsm.streams.getMessage(Streams.results, {
    last_by_subj: Subjects.storedResult,
  });
  expect(stored?.json()).toMatchObject(TOO_LARGE);
});

test('the largest result that is sent as it is can be stored', async () => {
  const max = link.nc.info?.max_payload ?? 0;
  const bare = JSON.stringify(resultOf('')).length;
  const largest = resultOf('b'.repeat(max - 1_024 - bare));
  expect(decode(encodeResult(largest, max))).toEqual(largest);
  expect(decode(encodeResult(resultOf('b'.repeat(max - 1_023 - bare)), max))).toMatchObject({
    outcome: { status: 'failed' },
  });
  await link.js.publish(Subjects.storedResult, encodeResult(largest, max), { msgID: 'result-1' });
});

test('bytes count, not characters', () => {
  const max = 4_096;
  expect(decode(encodeResult(resultOf('€'.repeat(1_200)), max))).toMatchObject(TOO_LARGE);
  expect(decode(encodeResult(resultOf('e'.repeat(1_200)), max))).not.toMatchObject(TOO_LARGE);
});

function decode(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}
