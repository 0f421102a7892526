import { Buckets, HaltNotice } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import { type KV, Kvm, KvWatchInclude } from '@nats-io/kv';
import type { NatsLink } from './nats-link.ts';

const RETRY_MS = 1_000;
/** A watcher of a bucket that was lost never hears of that: it has to look. */
const LOOK_MS = 3_000;

interface HaltDeps {
  readonly link: NatsLink;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface HaltAnnouncer {
  /** Tells every brain and worker; SQLite has the truth already, so a failure is only logged. */
  announce(notice: HaltNotice): Promise<void>;
}

export function createNatsHaltAnnouncer({ link, log }: HaltDeps): HaltAnnouncer {
  return {
    async announce(notice) {
      try {
        const bucket = await new Kvm(link.js).open(Buckets.halts);
        await bucket.put(`${notice.kind}.${notice.id}`, JSON.stringify(notice));
      } catch (err) {
        log.warn({ err, ...notice }, 'halt not announced');
      }
    },
  };
}

/** Calls `onHalt` for every halt in the bucket and every new one, for as long as the service lives. */
export function watchHalts(deps: HaltDeps, onHalt: (notice: HaltNotice) => void): Disposable {
  const stopping = new AbortController();
  void keepWatching(deps, onHalt, stopping.signal);
  return { [Symbol.dispose]: () => stopping.abort() };
}

async function keepWatching(
  deps: HaltDeps,
  onHalt: (notice: HaltNotice) => void,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    try {
      await watchOnce(deps, onHalt, stop);
    } catch (err) {
      deps.log.debug({ err }, 'bucket of halts not reached');
    }
    await deps.clock.sleep(RETRY_MS, stop).catch(() => undefined);
  }
}

async function watchOnce(
  { link, clock }: HaltDeps,
  onHalt: (notice: HaltNotice) => void,
  stop: AbortSignal,
): Promise<void> {
  const bucket = await new Kvm(link.js).open(Buckets.halts);
  const created = await readCreated(bucket);
  const entries = await bucket.watch({ include: KvWatchInclude.LastValue, ignoreDeletes: true });
  const end = (): void => entries.stop();
  stop.addEventListener('abort', end, { once: true });
  using _look = clock.every(LOOK_MS, () => {
    void readCreated(bucket).then((now) => {
      if (now !== created && link.isConnected()) end();
    });
  });
  for await (const entry of entries) {
    const notice = HaltNotice.safeParse(entry.json());
    if (notice.success) onHalt(notice.data);
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
