import { silentLogger, systemClock } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { NatsLink } from './nats-link.ts';
import { createNatsLocks } from './nats-lock.ts';
import { openPreparedNats } from './nats-testing.ts';
import type { UserLock, UserLocks } from './user-lock.ts';

const LEASE_MS = 1_000;
const open = new AsyncDisposableStack();
let link: NatsLink;

beforeAll(async () => {
  const nats = open.use(
    await openPreparedNats(inject('natsServer'), { kind: 'code', leaseMs: LEASE_MS }),
  );
  ({ link } = nats);
});
afterAll(() => open.disposeAsync());

function locksOf(holder: string, clock = systemClock): UserLocks {
  return createNatsLocks(
    { link, clock, log: silentLogger },
    {
      holder: { holder, host: 'oven', pid: 1 },
      leaseMs: LEASE_MS,
      isDead: (note) => note.holder === 'dead-brain',
    },
  );
}

async function take(locks: UserLocks, key: string): Promise<UserLock> {
  const attempt = await locks.acquire(key);
  if (!attempt.won) throw new Error(`${key} is held`);
  return attempt.lock;
}

test('of fifty who ask at once, one wins', async () => {
  const locks = Array.from({ length: 50 }, (_, i) => locksOf(`brain-${i}`));
  const attempts = await Promise.all(locks.map((each) => each.acquire('home/gary')));
  expect(attempts.filter(({ won }) => won)).toHaveLength(1);
});

test('who finds the lock held learns the idempotency key that holds it', async () => {
  const attempt = await locksOf('brain-1').acquire('home/key', { keyHash: 'hash-of-key' });
  expect(attempt.won).toBe(true);
  expect(await locksOf('brain-2').acquire('home/key')).toEqual({
    won: false,
    note: { holder: 'brain-1', host: 'oven', pid: 1, keyHash: 'hash-of-key' },
  });
});

test('a released lock is free at once, for its last holder and for others, with a higher revision', async () => {
  const one = locksOf('brain-1');
  const other = locksOf('brain-2');
  let before = 0;
  for (const locks of [one, one, other, one]) {
    const lock = await take(locks, 'home/again');
    expect(lock.revision).toBeGreaterThan(before);
    before = lock.revision;
    await lock.release();
  }
});

test('a held lock outlives its lease while it is renewed', async () => {
  const lock = await take(locksOf('brain-1'), 'home/long');
  await systemClock.sleep(LEASE_MS * 2.5);
  expect(lock.lost.aborted).toBe(false);
  expect((await locksOf('brain-2').acquire('home/long')).won).toBe(false);
  await lock.release();
});

test('a user who comes back while the traces of the last run expire is never refused', async () => {
  const locks = locksOf('brain-1');
  // The delete marker goes LEASE_MS after the release, the server's own marker a second later.
  const waits = Array.from({ length: 100 }, (_, i) => LEASE_MS - 100 + i * 16);
  const refused = await Promise.all(
    waits.map(async (wait, i) => {
      const lock = await take(locks, `home/back-${i}`);
      await lock.release();
      await systemClock.sleep(wait);
      return !(await locksOf('brain-2').acquire(`home/back-${i}`)).won;
    }),
  );
  expect(refused).not.toContain(true);
});

test('the lock of a dead holder is free after its lease, and what the dead one holds says so', async () => {
  const clock = createFakeClock();
  const dead = await take(locksOf('brain-1', clock), 'home/dead');
  const other = locksOf('brain-2');
  const deadline = performance.now() + LEASE_MS + 1_000;
  let lock: UserLock | undefined;
  while (lock === undefined && performance.now() < deadline) {
    const attempt = await other.acquire('home/dead');
    if (attempt.won) lock = attempt.lock;
    else await systemClock.sleep(50);
  }
  expect(lock).toBeDefined();
  await clock.advance(LEASE_MS / 3);
  await expect.poll(() => dead.lost.aborted).toBe(true);
  await dead.release();
  expect((await locksOf('brain-3').acquire('home/dead')).won).toBe(false);
  await lock?.release();
});

test('the lock of a holder that certainly died is taken at once, with a higher revision', async () => {
  const dead = await take(locksOf('dead-brain'), 'home/certainly-dead');
  const lock = await take(locksOf('brain-1'), 'home/certainly-dead');
  expect(lock.revision).toBeGreaterThan(dead.revision);
  await lock.release();
});

test('a holder whose lease ended while it was paused knows it without asking', async () => {
  const clock = createFakeClock();
  let pausedMs = 0;
  // The time goes on while nothing of the process does: no alarm rings, and nothing is sent.
  const paused = { ...clock, monotonic: () => clock.monotonic() + pausedMs };
  const lock = await take(locksOf('brain-1', paused), 'home/paused');
  pausedMs = LEASE_MS * 4;
  await clock.advance(LEASE_MS);
  expect(lock.lost.aborted).toBe(true);
});

test('without a word about who holds a lock the bus counts as away', async () => {
  const lock = await take(locksOf('brain-1'), 'home/silent');
  const stream = 'KV_bakerst_locks';
  await link.jsm.streams.update(stream, { allow_direct: false });
  await expect(locksOf('brain-2').acquire('home/silent')).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    reason: 'NATS_UNAVAILABLE',
  });
  await link.jsm.streams.update(stream, { allow_direct: true });
  await lock.release();
});
