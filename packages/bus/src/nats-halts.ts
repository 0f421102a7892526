import { Buckets, HaltNotice } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import { type KV, Kvm, KvWatchInclude } from '@nats-io/kv';
import { type NatsLink, onReconnected } from './nats-link.ts';
import { readJson } from './read-json.ts';

const RETRY_MS = 1_000;
/** How long whoever halts waits for the bus; the halt is answered then, though no worker may have heard of it. */
export const HALT_ANNOUNCE_MS = 1_000;
/** As long as the bucket keeps a halt. */
const GIVE_UP_MS = 60 * 60 * 1_000;
/** A watcher of a bucket that was lost never hears of that: it has to look. */
const LOOK_MS = 3_000;

interface HaltDeps {
  readonly link: NatsLink;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface HaltAnnouncer {
  /**
   * Tells every brain and worker; returns when they have been told, or after a second: SQLite has the truth already, and
   * they will be told as soon as the bus is back.
   */
  announce(notice: HaltNotice): Promise<void>;
}

export function createNatsHaltAnnouncer(deps: HaltDeps): HaltAnnouncer {
  return {
    async announce(notice) {
      await Promise.race([announceAtLast(deps, notice), deps.clock.sleep(HALT_ANNOUNCE_MS)]);
    },
  };
}

/** Never throws; gives up when nobody can have the work in hand any more. */
async function announceAtLast({ link, clock, log }: HaltDeps, notice: HaltNotice): Promise<void> {
  const deadline = clock.monotonic() + GIVE_UP_MS;
  while (clock.monotonic() < deadline) {
    try {
      const bucket = await new Kvm(link.js).open(Buckets.halts);
      await bucket.put(`${notice.kind}.${notice.id}`, JSON.stringify(notice));
      return;
    } catch (err) {
      log.debug({ err, ...notice }, 'halt not announced yet');
      await clock.sleep(RETRY_MS);
    }
  }
  log.warn(notice, 'halt never announced');
}

export interface HaltListener {
  readonly onHalt: (notice: HaltNotice) => void;
  /** Told whether all halts of the bucket have been told, and every new one will be at once. */
  readonly onComplete?: (isComplete: boolean) => void;
}

/** Tells every halt in the bucket and every new one, for as long as the service lives. */
export function watchHalts(deps: HaltDeps, listener: HaltListener): Disposable {
  const stopping = new AbortController();
  void keepWatching(deps, listener, stopping.signal);
  return { [Symbol.dispose]: () => stopping.abort() };
}

async function keepWatching(
  deps: HaltDeps,
  listener: HaltListener,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    try {
      await watchOnce(deps, listener, stop);
    } catch (err) {
      deps.log.debug({ err }, 'bucket of halts not reached');
    }
    listener.onComplete?.(false);
    await deps.clock.sleep(RETRY_MS, stop).catch(() => undefined);
  }
}

async function watchOnce(
  { link, clock }: HaltDeps,
  { onHalt, onComplete }: HaltListener,
  stop: AbortSignal,
): Promise<void> {
  const bucket = await new Kvm(link.js).open(Buckets.halts);
  const { created, state } = (await bucket.status()).streamInfo;
  const entries = await bucket.watch({ include: KvWatchInclude.LastValue });
  if (state.messages === 0) onComplete?.(true);
  const end = (): void => entries.stop();
  stop.addEventListener('abort', end);
  // Halts of the time between are told, and until then a brain is asked.
  using _again = onReconnected(link, end);
  using _look = clock.every(LOOK_MS, () => {
    void readCreated(bucket).then((now) => {
      if (now !== created && link.isConnected()) end();
    });
  });
  try {
    for await (const entry of entries) {
      const notice = entry.operation === 'PUT' ? HaltNotice.safeParse(readJson(entry)) : undefined;
      if (notice?.success === true) onHalt(notice.data);
      if (entry.delta === 0) onComplete?.(true);
    }
  } finally {
    stop.removeEventListener('abort', end);
  }
}

/** When the bucket was made; undefined when there is none, or nobody to ask. */
async function readCreated(bucket: KV): Promise<string | undefined> {
  try {
    return (await bucket.status()).streamInfo.created;
  } catch {
    return undefined;
  }
}
