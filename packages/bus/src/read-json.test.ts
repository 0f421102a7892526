import { Buckets, JobResult, Subjects } from '@bakerst/contracts';
import { silentLogger, systemClock } from '@bakerst/kit';
import { Kvm } from '@nats-io/kv';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { watchHalts } from './nats-halts.ts';
import { serveResults } from './nats-job-results.ts';
import type { NatsLink } from './nats-link.ts';
import { createNatsRunEvents } from './nats-run-events.ts';
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
  await expect.poll(() => recorded).toEqual(['worker-1']);
  await link.nc.request(Subjects.result, resultOf('worker-2', 1), { timeout: 30_000 });
  expect(recorded).toEqual(['worker-1', 'worker-2']);
});

test('a halt that is no JSON keeps no other one from being told', async () => {
  const told: string[] = [];
  const halts = new Kvm(link.js);
  const bucket = await halts.open(Buckets.halts);
  await bucket.put('run.garbled', '{"cut');
  await bucket.put('run.r-1', JSON.stringify({ kind: 'run', id: 'r-1', at: 1 }));
  using _watching = watchHalts(
    { link, clock: systemClock, log: silentLogger },
    { onHalt: ({ id }) => void told.push(id) },
  );
  await expect.poll(() => told).toEqual(['r-1']);
});

test('a run event that is no JSON keeps no other one from being read', async () => {
  const events = createNatsRunEvents({ link, log: silentLogger });
  await link.js.publish(Subjects.runEvents('r-1'), '{"cut');
  await link.js.publish(
    Subjects.runEvents('r-1'),
    JSON.stringify({ takeover: 1, first: 1, events: [{ type: 'reconnect' }] }),
  );
  const stop = new AbortController();
  for await (const batch of events.read('r-1', stop.signal)) {
    expect(batch).toMatchObject({ takeover: 1, first: 1, isNewest: true });
    stop.abort();
  }
  expect(stop.signal.aborted).toBe(true);
});
