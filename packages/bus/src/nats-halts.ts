import { Buckets, HaltNotice } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import { Kvm, KvWatchInclude } from '@nats-io/kv';
import type { NatsLink } from './nats-link.ts';

const RETRY_MS = 1_000;

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
        await bucket.put(`run.${notice.runId}`, JSON.stringify(notice));
      } catch (err) {
        log.warn({ err, runId: notice.runId }, 'halt not announced');
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
      await watchOnce(deps.link, onHalt, stop);
    } catch (err) {
      deps.log.debug({ err }, 'bucket of halts not reached');
    }
    await deps.clock.sleep(RETRY_MS, stop).catch(() => undefined);
  }
}

async function watchOnce(
  link: NatsLink,
  onHalt: (notice: HaltNotice) => void,
  stop: AbortSignal,
): Promise<void> {
  const bucket = await new Kvm(link.js).open(Buckets.halts);
  const entries = await bucket.watch({ include: KvWatchInclude.LastValue, ignoreDeletes: true });
  stop.addEventListener('abort', () => entries.stop(), { once: true });
  for await (const entry of entries) {
    const notice = HaltNotice.safeParse(entry.json());
    if (notice.success) onHalt(notice.data);
  }
}
