import type { Clock, Logger } from '@bakerst/kit';
import { type Api, GrammyError } from 'grammy';
import type { Update } from 'grammy/types';
import { TurnLost } from '../channel.ts';
import { type Failure, toFailure, toReason } from './telegram-outcome.ts';
import { isGrammySignal } from './telegram-signal.ts';
import { ALLOWED_UPDATES } from './telegram-updates.ts';

export const LONG_POLL_SECONDS = 25;
/** The most that an answer may hold. */
const LIMIT = 100;
const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 30_000;
const MAX_DOUBLINGS = 10;
const LOOK_MS = 250;
/** Where something takes its time, what is new is heard of by then. */
const MAX_LOOK_MS = 2_000;
/** After a week without updates Telegram goes on with any number (https://core.telegram.org/bots/api#update). */
const SILENCE_MS = 24 * 60 * 60 * 1000;
/** Another poller has at most one long poll left; a token is not made right by asking often. */
const WAITS: Partial<Record<Failure, number>> = { conflict: 5_000, token: 60_000 };
const SENTENCES: Partial<Record<Failure, string>> = {
  conflict: 'another program takes the updates of this bot; only one can at a time, trying again',
  token: 'telegram refuses TELEGRAM_BOT_TOKEN, trying again each minute',
};

interface PollingDeps {
  /** One that waits for longer than a long poll. */
  readonly api: Pick<Api, 'deleteWebhook' | 'getUpdates'>;
  /** Resolves when the update needs not come again. */
  readonly take: (update: Update) => Promise<void>;
  /** What waits fills the answers, so that nothing behind it is told of. */
  readonly onFull: () => void;
  /** Whether the server tells of updates, or refuses to. */
  readonly onReceiving: (isReceiving: boolean) => void;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  readonly log: Logger;
}

/**
 * Asks for updates until it is told to stop. The offset, by which Telegram forgets what lies below, moves over updates that
 * were taken and no further; those that still wait are told again with each answer, and known. An answer from below the
 * offset is the beginning of another sequence of numbers.
 */
export async function pollUpdates(deps: PollingDeps, stopping: AbortSignal): Promise<void> {
  const { api, log } = deps;
  const read = createReader(deps, stopping);
  const waitAfter = createPatience(deps, stopping);
  let isAnswered = false;
  while (!stopping.aborted) {
    try {
      // The first answer comes at once: by it is known that updates are told.
      await read.next(isAnswered ? LONG_POLL_SECONDS : 0);
      isAnswered = true;
      waitAfter.success();
    } catch (err) {
      isAnswered = false;
      if (!stopping.aborted) await waitAfter.failure(err);
    }
  }
  // Whoever receives now is told of the same, and a call from here would end the one of theirs.
  if (stopping.reason instanceof TurnLost) return;
  await read.settled();
  // What was taken meanwhile is not told again to whoever comes next.
  await api
    .getUpdates({ offset: read.offset(), limit: 1, timeout: 0 })
    .catch((err: unknown) => log.debug({ reason: toReason(err) }, 'updates were not confirmed'));
}

function createReader({ api, clock, onFull, ...deps }: PollingDeps, stopping: AbortSignal) {
  const window = createWindow({ clock, ...deps }, stopping);
  let lookMs = LOOK_MS;
  return {
    offset: window.offset,
    settled: window.settled,
    async next(longest: number): Promise<void> {
      const offset = window.offset();
      const waits = window.waits();
      const isBusy = waits.length > 0;
      // What waits is told at once: to ask for long would be to ask without end.
      const timeout = isBusy ? 0 : longest;
      const updates = await api.getUpdates(
        { offset, limit: LIMIT, timeout, allowed_updates: [...ALLOWED_UPDATES] },
        isGrammySignal(stopping) ? stopping : undefined,
      );
      if (window.take(updates, offset) === 'moved') {
        lookMs = LOOK_MS;
        return;
      }
      if (updates.length === LIMIT) onFull();
      // Whatever the server does, it is not asked again at once for the same.
      await Promise.race([...waits, clock.sleep(lookMs, stopping)]);
      lookMs = isBusy ? Math.min(lookMs * 2, MAX_LOOK_MS) : LOOK_MS;
    },
  };
}

type WindowDeps = Pick<PollingDeps, 'clock' | 'log' | 'take'>;

/** The updates that are under way, and where those begin that are not known. */
function createWindow({ take, clock, log }: WindowDeps, stopping: AbortSignal) {
  const waiting = new Map<number, Promise<unknown>>();
  const underWay = new Set<Promise<unknown>>();
  let first = 0;
  let confirmed = 0;
  let heardAt = clock.now();
  const end = (id: number, taken: Promise<unknown>): void => {
    if (waiting.get(id) === taken) waiting.delete(id);
  };
  const begin = (update: Update): void => {
    const id = update.update_id;
    const taken: Promise<unknown> = take(update)
      .then(
        () => end(id, taken),
        (err: unknown) => {
          // One that was cut short stays below the offset, and comes again; one that meets a bug is not to stop all others.
          if (stopping.aborted) return;
          log.error({ err, updateId: id }, 'update could not be taken');
          end(id, taken);
        },
      )
      .finally(() => underWay.delete(taken));
    first = Math.max(first, id + 1);
    waiting.set(id, taken);
    underWay.add(taken);
  };
  /** Nothing of another sequence holds the offset any more; what is told again is known all the same. */
  const startAnew = (ids: readonly number[]): void => {
    log.info({ first, next: ids[0] }, 'updates are numbered anew');
    for (const id of waiting.keys()) if (!ids.includes(id)) waiting.delete(id);
    first = 0;
  };
  return {
    waits: () => [...waiting.values()],
    settled: () => Promise.allSettled(underWay),
    offset(): number {
      // All below was confirmed by the calls since; without an offset it does not matter how the next one is numbered.
      const isSilent = clock.now() - heardAt >= SILENCE_MS;
      if (isSilent && waiting.size === 0 && confirmed === first) first = 0;
      return Math.min(first, ...waiting.keys());
    },
    /** `asked`: the offset of the call that was answered so. */
    take(updates: readonly Update[], asked: number): 'moved' | 'stays' {
      const ids = updates.map(({ update_id: id }) => id);
      const isAnew = ids.some((id) => id < asked);
      confirmed = asked;
      if (isAnew) startAnew(ids);
      const fresh = updates.filter(({ update_id: id }) => id >= first && !waiting.has(id));
      for (const update of fresh) begin(update);
      if (updates.length > 0) heardAt = clock.now();
      return fresh.length > 0 && !isAnew ? 'moved' : 'stays';
    },
  };
}

function createPatience({ api, clock, log, onReceiving }: PollingDeps, stopping: AbortSignal) {
  let failures = 0;
  return {
    success(): void {
      failures = 0;
      onReceiving(true);
    },
    async failure(err: unknown): Promise<void> {
      const failure = toFailure(err);
      const ms = WAITS[failure] ?? Math.min(FIRST_WAIT_MS * 2 ** failures, MAX_WAIT_MS);
      // A call that breaks off is made good by the next one; a server that is away tells of nothing.
      if (failure in SENTENCES || failures > 0) onReceiving(false);
      failures = Math.min(failures + 1, MAX_DOUBLINGS);
      log.warn({ reason: toReason(err) }, SENTENCES[failure] ?? 'updates could not be read');
      if (isOfWebhook(err)) await removeWebhook({ api, log });
      await clock.sleep(ms, stopping).catch(() => undefined);
    },
  };
}

/** Somebody has set one since this one began; the server says so by its text alone. */
function isOfWebhook(err: unknown): boolean {
  return err instanceof GrammyError && err.error_code === 409 && /webhook/i.test(err.description);
}

async function removeWebhook({ api, log }: Pick<PollingDeps, 'api' | 'log'>): Promise<void> {
  try {
    await api.deleteWebhook();
    log.warn({}, 'a webhook that was set meanwhile is removed');
  } catch (err) {
    // The next refusal brings the next try.
    log.warn({ reason: toReason(err) }, 'webhook could not be removed');
  }
}
