import { Buckets, Streams } from '@bakerst/contracts';
import { silentLogger } from '@bakerst/kit';
import { nanos } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { NatsLink } from './nats-link.ts';
import { openPreparedNats } from './nats-testing.ts';
import { ensureTopology, type LocksBucket } from './nats-topology.ts';

const LOCKS = `KV_${Buckets.locks}`;
const open = new AsyncDisposableStack();
let link: NatsLink;

beforeAll(async () => {
  const nats = open.use(
    await openPreparedNats(inject('natsServer'), { kind: 'code', leaseMs: 10_000 }),
  );
  ({ link } = nats);
});
afterAll(() => open.disposeAsync());

async function ensure(leaseMs = 10_000) {
  let locks: LocksBucket | undefined;
  const noteLocks = async (bucket: LocksBucket) => {
    locks = bucket;
  };
  const options = { kinds: ['code' as const], leaseMs, ackWaitMs: 8_000, noteLocks };
  const problems = await ensureTopology(link, options, silentLogger);
  return { problems, locks };
}

const configOf = async (stream: string) => (await link.jsm.streams.info(stream)).config;

test('what is as it should be is left alone', async () => {
  const warned: unknown[] = [];
  const log = { ...silentLogger, warn: (...said: unknown[]) => void warned.push(said) };
  const options = { kinds: ['code' as const], leaseMs: 10_000, ackWaitMs: 8_000 };
  expect(await ensureTopology(link, options, log)).toEqual([]);
  expect(warned).toEqual([]);
});

test('a shorter lease is given to a bucket of locks that has a longer one', async () => {
  expect(await ensure(5_000)).toMatchObject({ problems: [] });
  expect((await configOf(LOCKS)).max_age).toBe(nanos(5_000));
  expect(await ensure(10_000)).toMatchObject({ problems: [] });
  expect((await configOf(LOCKS)).max_age).toBe(nanos(10_000));
});

test('a bucket that was made by hand gets the settings of ours, and counts as another one', async () => {
  const before = (await ensure()).locks;
  await link.jsm.streams.delete(LOCKS);
  await link.jsm.streams.add({
    name: LOCKS,
    subjects: [`$KV.${Buckets.locks}.>`],
    max_msgs_per_subject: 5,
    max_msg_size: 10,
    deny_delete: true,
  });
  const { locks, problems } = await ensure();
  expect(problems).toEqual([]);
  expect(locks?.created).not.toBe(before?.created);
  expect(await configOf(LOCKS)).toMatchObject({
    max_age: nanos(10_000),
    max_msgs_per_subject: 1,
    max_msg_size: -1,
    allow_direct: true,
    allow_rollup_hdrs: true,
    allow_msg_ttl: true,
    subject_delete_marker_ttl: nanos(1_000),
  });
});

test('limits that were set by hand are taken off streams and consumers', async () => {
  await link.jsm.streams.update(Streams.jobs, {
    max_msg_size: 10,
    max_msgs: 1,
    max_age: nanos(3_600_000),
    max_msgs_per_subject: 1,
    republish: { src: '>', dest: 'elsewhere.>' },
    no_ack: true,
    description: 'the one of the kitchen',
  });
  await link.jsm.consumers.update(Streams.jobs, 'workers_code', {
    max_deliver: 2,
    headers_only: true,
    max_expires: nanos(1_000),
    max_batch: 1,
    backoff: [nanos(1_000)],
  });
  await link.jsm.consumers.update(Streams.results, 'brains', { max_ack_pending: 1 });
  expect(await ensure()).toMatchObject({ problems: [] });
  const config = await configOf(Streams.jobs);
  expect(config).toMatchObject({ max_msg_size: -1, max_msgs: -1, max_age: 0 });
  expect(config).toMatchObject({ max_msgs_per_subject: -1, description: 'the one of the kitchen' });
  expect(config.republish).toBeUndefined();
  expect(config.no_ack ?? false).toBe(false);
  const consumer = (await link.jsm.consumers.info(Streams.jobs, 'workers_code')).config;
  expect(consumer).toMatchObject({ max_deliver: 50, ack_wait: nanos(8_000) });
  expect(consumer.headers_only ?? false).toBe(false);
  expect([consumer.max_expires ?? 0, consumer.max_batch ?? 0]).toEqual([0, 0]);
  expect(consumer.backoff).toBeUndefined();
  const brains = (await link.jsm.consumers.info(Streams.results, 'brains')).config;
  expect(brains.max_ack_pending).toBe(1_000);
});

test('a stream that cannot be put right is told, and keeps nothing else from it', async () => {
  await link.jsm.streams.delete(Streams.jobs);
  await link.jsm.streams.delete(Streams.results);
  await link.jsm.streams.add({
    name: Streams.jobs,
    subjects: ['bakerst.jobs.dispatch.*'],
    storage: 'memory',
  });
  await link.jsm.streams.add({
    name: Streams.results,
    subjects: ['bakerst.results'],
    max_msg_size: 10,
  });
  await link.jsm.streams.delete(LOCKS);
  const { locks, problems } = await ensure();
  expect(locks).toBeDefined();
  expect(problems).toEqual([
    `stream ${Streams.jobs}: storage must be file, retention must be workqueue, which cannot be changed; ` +
      `'nats stream rm ${Streams.jobs}' removes it, and it is made anew`,
    expect.stringContaining(`stream ${Streams.results}: retention must be workqueue`),
  ]);
  expect((await configOf(Streams.results)).max_msg_size).toBe(-1);
  expect((await configOf(LOCKS)).max_age).toBe(nanos(10_000));
  await link.jsm.streams.delete(Streams.jobs);
  await link.jsm.streams.delete(Streams.results);
  expect(await ensure()).toMatchObject({ problems: [] });
});

test('what stands in the way of a stream is told', async () => {
  await link.jsm.streams.delete(Streams.runs);
  await link.jsm.streams.add({ name: 'KITCHEN', subjects: ['bakerst.runs.>'] });
  const { problems } = await ensure();
  expect(problems).toHaveLength(1);
  // To remove what is not there would be of no use.
  expect(problems[0]).toMatch(
    /^stream BAKERST_RUNS cannot be put right \(subjects overlap[^)]*\)$/,
  );
  await link.jsm.streams.delete('KITCHEN');
});
