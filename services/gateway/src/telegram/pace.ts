import type { Clock } from '@bakerst/kit';

/** Turns of a chat, and of all chats together, no faster than allowed. */
export interface Pace {
  /** Runs `act` once it is the chat's turn; the next one begins after it has ended. */
  inTurn<T>(chat: string, act: () => Promise<T>): Promise<T>;
}

interface PaceLimits {
  /** Shortest time between two turns of a chat. */
  readonly chatMs: (chat: string) => number;
  readonly perSecond: number;
  /** Once it is aborted nobody waits any more: what is still to be sent is not. */
  readonly stopping: AbortSignal;
}

const SECOND_MS = 1000;

export function createPace(clock: Pick<Clock, 'monotonic' | 'sleep'>, limits: PaceLimits): Pace {
  const tails = new Map<string, Promise<void>>();
  const ends = new Map<string, number>();
  const apartMs = SECOND_MS / limits.perSecond;
  let nextAt = Number.NEGATIVE_INFINITY;
  const wait = (ms: number): Promise<void> =>
    clock.sleep(ms, limits.stopping).catch(() => undefined);

  /** Waits for a place among those of one second; they are evenly apart, for a burst is much to be unsure of after a crash. */
  async function enter(): Promise<void> {
    const now = clock.monotonic();
    const at = Math.max(now, nextAt);
    nextAt = at + apartMs;
    if (at > now) await wait(at - now);
  }

  async function take<T>(chat: string, act: () => Promise<T>): Promise<T> {
    const early = (ends.get(chat) ?? 0) - clock.monotonic();
    if (early > 0) await wait(early);
    await enter();
    try {
      return await act();
    } finally {
      ends.set(chat, clock.monotonic() + limits.chatMs(chat));
    }
  }

  return {
    inTurn(chat, act) {
      const turn = (tails.get(chat) ?? Promise.resolve()).then(() => take(chat, act));
      const tail = turn.then(
        () => undefined,
        () => undefined,
      );
      tails.set(chat, tail);
      void tail.then(() => {
        if (tails.get(chat) === tail) tails.delete(chat);
        forgetEnds(ends, clock.monotonic());
      });
      return turn;
    },
  };
}

const MANY = 1000;

/** What is long over limits nothing. */
function forgetEnds(ends: Map<string, number>, now: number): void {
  if (ends.size < MANY) return;
  for (const [chat, end] of ends) if (end < now) ends.delete(chat);
}
