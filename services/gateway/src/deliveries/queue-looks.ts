import type { Clock } from '@bakerst/kit';

const LEAST_MS = 1_500;
/** Beyond so many one run a second is asked about in all; below that the wait grows towards it. */
const MANY = 20;
const EACH_MS = 1_000;

/** When to look again at runs that wait for their turn: the more there are, the more seldom at each. */
export interface QueueLooks {
  /** Resolves when it is time, or once the delivery has moved. */
  wait(deliveryId: string, signal: AbortSignal): Promise<void>;
  /** Its run has another place, has begun or has ended. */
  moved(deliveryId: string): void;
  /** Nobody waits for it any more. */
  forget(deliveryId: string): void;
}

export function createQueueLooks(clock: Pick<Clock, 'sleep'>): QueueLooks {
  const waiting = new Map<string, () => void>();
  const moved = new Set<string>();
  return {
    async wait(id, signal) {
      // It moved while it was looked at.
      if (moved.delete(id)) return;
      const woken = new AbortController();
      waiting.set(id, () => woken.abort());
      try {
        const ms = toWaitMs(waiting.size);
        await clock.sleep(ms, AbortSignal.any([signal, woken.signal])).catch(() => undefined);
      } finally {
        waiting.delete(id);
      }
      signal.throwIfAborted();
    },
    moved(id) {
      const wake = waiting.get(id);
      if (wake === undefined) moved.add(id);
      else wake();
    },
    forget: (id) => void moved.delete(id),
  };
}

export function toWaitMs(count: number): number {
  if (count >= MANY) return count * EACH_MS;
  return Math.max(LEAST_MS, (count * count * EACH_MS) / MANY);
}
