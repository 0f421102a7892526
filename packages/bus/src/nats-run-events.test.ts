import { Streams, Subjects } from '@bakerst/contracts';
import { silentLogger } from '@bakerst/kit';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createNatsRunEvents } from './nats-run-events.ts';
import { openPreparedNats, type PreparedNats } from './nats-testing.ts';

const open = new AsyncDisposableStack();
let nats: PreparedNats;

beforeAll(async () => {
  nats = open.use(await openPreparedNats(inject('natsServer'), { kind: 'code', leaseMs: 1_000 }));
});
afterAll(() => open.disposeAsync());

/** Reads a run of which one event is stored, and tells when it has had that one. */
async function read(signal: AbortSignal): Promise<{ readonly ended: Promise<void> }> {
  const { link } = nats;
  const first = Promise.withResolvers<void>();
  await link.js.publish(
    Subjects.runEvents('run-1'),
    JSON.stringify({ takeover: 1, first: 1, events: [{ type: 'reconnect' }] }),
  );
  const ended = (async () => {
    const events = createNatsRunEvents({ link, log: silentLogger });
    for await (const _batch of events.read('run-1', signal)) first.resolve();
  })();
  await first.promise;
  return { ended };
}

test('a reader ends at once when the stream is lost, so that it can begin anew', async () => {
  const { ended } = await read(new AbortController().signal);
  const { streams } = nats.link.jsm;
  const { config } = await streams.info(Streams.runs);
  await streams.delete(Streams.runs);
  const lostAt = performance.now();
  await ended;
  expect(performance.now() - lostAt).toBeLessThan(5_000);
  await streams.add(config);
});

test('who waits for a silent server waits no longer than its patience, and not at all for one that is away', async () => {
  const events = createNatsRunEvents({ link: nats.link, log: silentLogger });
  const drain = async (signal: AbortSignal): Promise<void> => {
    for await (const _batch of events.read('run-2', signal));
  };
  process.kill(nats.server.pid, 'SIGSTOP');
  const askedAt = performance.now();
  await drain(AbortSignal.timeout(100));
  expect(performance.now() - askedAt).toBeLessThan(1_000);
  process.kill(nats.server.pid, 'SIGCONT');
  await nats.server.kill();
  await expect.poll(() => nats.link.isConnected()).toBe(false);
  const awayAt = performance.now();
  await expect(drain(AbortSignal.timeout(5_000))).rejects.toMatchObject({
    reason: 'NATS_UNAVAILABLE',
  });
  expect(performance.now() - awayAt).toBeLessThan(1_000);
});
