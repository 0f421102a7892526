import { createHash } from 'node:crypto';
import { Buckets, type LockNote, type LockPurpose } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import type { NatsLink } from './nats-link.ts';
import { NATS_PATIENCE_MS, readLast, writeIf } from './nats-lock-record.ts';
import { busUnavailable } from './nats-unavailable.ts';
import type { UserLock, UserLocks } from './user-lock.ts';

/** Released keys whose delete marker we may still know; older ones have expired in the bucket anyway. */
const MAX_KNOWN_MARKERS = 10_000;
interface NatsLockDeps {
  readonly link: NatsLink;
  readonly clock: Clock;
  readonly log: Logger;
}

interface NatsLockOptions {
  /** This process, as others see it. */
  readonly holder: Omit<LockNote, keyof LockPurpose>;
  readonly leaseMs: number;
  /** The one of the user locks unless told otherwise; its TTL is the lease. */
  readonly bucket?: string;
  /** True when the holder certainly no longer runs: its lock may be taken before its lease ends. */
  readonly isDead: (holder: LockNote) => boolean;
}

/** Locks in a bucket, taken, renewed and given back by compare-and-set alone (design section 6). */
export function createNatsLocks(deps: NatsLockDeps, options: NatsLockOptions): UserLocks {
  const released: Released = { markers: new Map(), underWay: new Map() };
  const { bucket = Buckets.locks } = options;
  return {
    async acquire(key, purpose) {
      const subject = `$KV.${bucket}.${createHash('sha256').update(key).digest('hex')}`;
      const value = JSON.stringify({ ...options.holder, ...purpose } satisfies LockNote);
      const deadline = deps.clock.monotonic() + NATS_PATIENCE_MS;
      await untilReleased(deps, released.underWay.get(subject));
      await deps.link.waitConnected(deadline - deps.clock.monotonic());
      const startedAt = deps.clock.monotonic();
      const attempt = await tryTake(deps, options, { bucket, subject, value, released, deadline });
      if (!attempt.won) return attempt;
      return {
        won: true,
        lock: holdLock(deps, options, { ...attempt, bucket, subject, value, released, startedAt }),
      };
    },
  };
}

/** A release that takes longer than that waits for a bus that is away, as the write behind it would. */
async function untilReleased(
  { clock }: NatsLockDeps,
  underWay: Promise<void> | undefined,
): Promise<void> {
  if (underWay === undefined) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  using _patience = clock.after(NATS_PATIENCE_MS / 2, resolve);
  await Promise.race([underWay, promise]);
}

/** What a release leaves in the bucket; it goes by itself when it is as old as a lease. */
interface Marker {
  readonly revision: number;
  /** Monotonic time before the write that made it was sent. */
  readonly madeAt: number;
}

/** What this process knows of the keys that it released itself. */
interface Released {
  /** Their delete markers. */
  readonly markers: Map<string, Marker>;
  /** Releases that the server has not confirmed yet: who takes such a key again waits for that. */
  readonly underWay: Map<string, Promise<void>>;
}

interface Take {
  readonly bucket: string;
  readonly subject: string;
  readonly value: string;
  readonly released: Released;
}

interface Taking extends Take {
  /** Monotonic time after which the bus counts as away. */
  readonly deadline: number;
}

type Taken =
  | { readonly won: true; readonly revision: number }
  | { readonly won: false; readonly note: LockNote | undefined };

async function tryTake(
  { link, clock }: NatsLockDeps,
  { isDead, leaseMs }: NatsLockOptions,
  { bucket, subject, value, released: { markers }, deadline }: Taking,
): Promise<Taken> {
  // The marker of our own release is most likely the last word on this key until it expires: one round trip instead of three.
  const marker = markers.get(subject);
  markers.delete(subject);
  const isThere = marker !== undefined && clock.monotonic() - marker.madeAt < leaseMs;
  let expected = isThere ? marker.revision : 0;
  // What was read may have expired before the write that builds on it: only a holder that is seen is a refusal.
  while (clock.monotonic() < deadline) {
    const left = (): number => Math.max(1, deadline - clock.monotonic());
    const revision = await writeIf(link, { subject, value, expected, timeoutMs: left() });
    if (revision !== undefined) return { won: true, revision };
    const last = await readLast(link, { bucket, subject, timeoutMs: left() });
    const isHeld = last !== undefined && !last.deleted && !(last.note && isDead(last.note));
    if (isHeld) return { won: false, note: last.note };
    expected = last?.revision ?? 0;
  }
  throw busUnavailable('this lock keeps changing');
}

interface Held extends Take {
  readonly revision: number;
  /** Monotonic time before the write that took the lock was sent. */
  readonly startedAt: number;
}

/** Renews the lock every third of its lease until it is released or lost. */
function holdLock(deps: NatsLockDeps, options: NatsLockOptions, held: Held): UserLock {
  const lost = new AbortController();
  let revision = held.revision;
  let leaseEndsAt = held.startedAt + options.leaseMs;
  let renewal = Promise.resolve();
  let isMine = true;
  const lose = (why: string): void => {
    if (!isMine) return;
    isMine = false;
    deps.log.warn({ why, bucket: held.bucket }, 'lock lost');
    lost.abort(new Error(why));
  };
  const renew = async (): Promise<void> => {
    const askedAt = deps.clock.monotonic();
    if (askedAt >= leaseEndsAt) return lose('the lease ended before it was renewed');
    try {
      const next = await writeIf(deps.link, { ...held, expected: revision });
      if (next === undefined) return lose('another holder took the lock');
      revision = next;
      leaseEndsAt = askedAt + options.leaseMs;
    } catch (err) {
      deps.log.warn({ err, bucket: held.bucket }, 'lock not renewed');
      if (leaseEndsAt - deps.clock.monotonic() <= options.leaseMs / 3) lose('two renewals missed');
    }
  };
  const timer = deps.clock.every(options.leaseMs / 3, () => {
    if (isMine) renewal = renewal.then(renew);
  });
  lost.signal.addEventListener('abort', () => timer[Symbol.dispose]());
  return {
    revision: held.revision,
    lost: lost.signal,
    async release() {
      timer[Symbol.dispose]();
      const { subject, released } = held;
      const done = renewal.then(async () => {
        if (!isMine) return;
        isMine = false;
        await giveBack(deps, { ...held, revision });
      });
      released.underWay.set(subject, done);
      await done;
      if (released.underWay.get(subject) === done) released.underWay.delete(subject);
    },
  };
}

async function giveBack(deps: NatsLockDeps, held: Held): Promise<void> {
  const { subject, revision } = held;
  const { markers } = held.released;
  const madeAt = deps.clock.monotonic();
  try {
    const made = await writeIf(deps.link, {
      subject,
      value: '',
      expected: revision,
      isDelete: true,
    });
    if (made === undefined) return;
    if (markers.size >= MAX_KNOWN_MARKERS) markers.clear();
    markers.set(subject, { revision: made, madeAt });
  } catch (err) {
    // The lease ends by itself; whoever comes next waits a few seconds longer.
    deps.log.warn({ err, bucket: held.bucket }, 'lock not released');
  }
}
