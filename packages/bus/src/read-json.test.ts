import { JobResult, Subjects } from '@bakerst/contracts';
import { silentLogger, systemClock } from '@bakerst/kit';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { serveResults } from './nats-job-results.ts';
import type { NatsLink } from './nats-link.ts';
import { openPreparedNats } from './nats-testing.ts';
import { readJson } from './read-json.ts';

const open = new AsyncDisposableStack();
let link: NatsLink;

beforeAll(async () => {
  const nats = open.use(
    await openPreparedNats(inject('natsServer'), { kind: 'code', leaseMs: 1_000 }),
  );
  ({ link } = nats);
});
afterAll(() => open.disposeAsync());

/** A result as a worker would send it, with a value that is nested so deep. */
function resultOf(worker: string, levels: number): string {
  const value = `${'['.repeat(levels)}${']'.repeat(levels)}`;
  return JSON.stringify({
    jobId: '0190a000-0000-7000-8000-000000000000',
    attempt: 1,
    baseAttempt: 1,
    workerId: worker,
    startedAt: 0,
    finishedAt: 1,
    outcome: { status: 'completed', result: { ok: true, value: 0 } },
  }).replace('"value":0', `"value":${value}`);
}

function read(text: string): unknown {
  return readJson({ json: () => JSON.parse(text) });
}

test('a result of the sandbox at its limit is read', () => {
  expect(JobResult.safeParse(read(resultOf('worker-1', 200))).success).toBe(true);
});

test('a message that is no JSON, or too deep for a schema, is none', () => {
  expect(read('{"cut')).toBeUndefined();
  expect(read(resultOf('worker-1', 300))).toBeUndefined();
});

test('a result that is too deep holds up no other one', async () => {
  const recorded: string[] = [];
  const receiver = {
    record: async ({ workerId }: JobResult) => recorded.push(workerId) > 0,
    progress: () => undefined,
    recorded: () => undefined,
  };
  const deep = resultOf('rogue', 20_000);
  await link.js.publish(Subjects.storedResult, deep);
  await link.js.publish(Subjects.storedResult, resultOf('worker-1', 1));
  using _serving = serveResults({ link, clock: systemClock, log: silentLogger }, receiver);
  link.nc.publish(Subjects.result, deep);
  await expect.poll(() => recorded, { timeout: 30_000 }).toEqual(['worker-1']);
  await link.nc.request(Subjects.result, resultOf('worker-2', 1), { timeout: 30_000 });
  expect(recorded).toEqual(['worker-1', 'worker-2']);
});
