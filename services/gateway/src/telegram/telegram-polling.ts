import type { Clock, Logger } from '@bakerst/kit';
import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import { type Failure, toFailure, toReason } from './telegram-outcome.ts';
import { isGrammySignal } from './telegram-signal.ts';
import { ALLOWED_UPDATES } from './telegram-updates.ts';

export const LONG_POLL_SECONDS = 25;
const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 30_000;
const MAX_DOUBLINGS = 10;
const LOOK_MS = 250;
/** Where something takes its time, what is new is heard of by then. */
const MAX_LOOK_MS = 2_000;
/** Another poller has at most one long poll left; a token is not made right by asking often. */
const WAITS: Partial<Record<Failure, number>> = { conflict: 5_000, token: 60_000 };
const SENTENCES: Partial<Record<Failure, string>> = {
  conflict: 'another program reads the updates of this bot; only one can at a time, trying again',
  token: 'telegram refuses TELEGRAM_BOT_TOKEN, trying again each minute',
};

interface PollingDeps {
  /** One that waits for longer than a long poll. */
  readonly api: Api;
  /** Resolves when the update needs not come again. */
  readonly take: (update: Update) => Promise<void>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Logger;
}

/**
 * Asks for updates until it is told to stop. The offset, by which Telegram forgets what lies below, moves over updates that
 * were taken and no further; those that still wait are told again with each answer, and known.
 */
export async function pollUpdates(deps: PollingDeps, stopping: AbortSignal): Promise<void> {
  const { api, log } = deps;
  const read = createReader(deps, stopping);
  const waitAfter = createPatience(deps, stopping);
  while (!stopping.aborted) {
    try {
      await read.next();
      waitAfter.success();
    } catch (err) {
      if (!stopping.aborted) await waitAfter.failure(err);
    }
  }
  await read.settled();
  // What was taken meanwhile is not told again to whoever comes next.
  await api
    .getUpdates({ offset: read.offset(), limit: 1, timeout: 0 })
    .catch((err: unknown) => log.debug({ reason: toReason(err) }, 'updates were not confirmed'));
}

function createReader({ api, take, clock, log }: PollingDeps, stopping: AbortSignal) {
  const waiting = new Map<number, Promise<unknown>>();
  let first = 0;
  let lookMs = LOOK_MS;
  const offset = (): number => Math.min(first, ...waiting.keys());
  const begin = (update: Update): void => {
    const taken = take(update).then(
      () => waiting.delete(update.update_id),
      (err: unknown) => {
        // One that was cut short stays below the offset, and comes again; one that meets a bug is not to stop all others.
        if (stopping.aborted) return;
        log.error({ err, updateId: update.update_id }, 'update could not be taken');
        waiting.delete(update.update_id);
      },
    );
    first = Math.max(first, update.update_id + 1);
    waiting.set(update.update_id, taken);
  };
  return {
    offset,
    settled: () => Promise.allSettled(waiting.values()),
    async next(): Promise<void> {
      const isBusy = waiting.size > 0;
      // What waits is told at once: to ask for long would be to ask without end.
      const timeout = isBusy ? 0 : LONG_POLL_SECONDS;
      const updates = await api.getUpdates(
        { offset: offset(), limit: 100, timeout, allowed_updates: [...ALLOWED_UPDATES] },
        isGrammySignal(stopping) ? stopping : undefined,
      );
      const fresh = updates.filter(({ update_id: id }) => id >= first);
      for (const update of fresh) begin(update);
      if (waiting.size === 0 || !isBusy || fresh.length > 0) {
        lookMs = LOOK_MS;
        return;
      }
      await Promise.race([...waiting.values(), clock.sleep(lookMs, stopping)]);
      lookMs = Math.min(lookMs * 2, MAX_LOOK_MS);
    },
  };
}

function createPatience({ clock, log }: PollingDeps, stopping: AbortSignal) {
  let failures = 0;
  return {
    success(): void {
      failures = 0;
    },
    async failure(err: unknown): Promise<void> {
      const failure = toFailure(err);
      const ms = WAITS[failure] ?? Math.min(FIRST_WAIT_MS * 2 ** failures, MAX_WAIT_MS);
      failures = Math.min(failures + 1, MAX_DOUBLINGS);
      log.warn({ reason: toReason(err) }, SENTENCES[failure] ?? 'updates could not be read');
      await clock.sleep(ms, stopping).catch(() => undefined);
    },
  };
}
