import type { Clock } from './clock.ts';
import type { NewId } from './new-id.ts';

/** Ids that count up, in the form of a UUID: …-000000000001, …-000000000002. */
export function countingIds(): NewId {
  let next = 1;
  return () => `00000000-0000-7000-8000-${String(next++).padStart(12, '0')}`;
}

interface Alarm {
  at: number;
  readonly everyMs: number | undefined;
  readonly ring: () => void;
}

/** A clock that stands still until it is told to advance; `now` and `monotonic` move together. */
export interface FakeClock extends Clock {
  /** Rings every alarm due within the next `ms`, in order, then lets pending promises settle. */
  advance(ms: number): Promise<void>;
}

export function createFakeClock(startAt = Date.UTC(2026, 10, 20)): FakeClock {
  let elapsed = 0;
  const alarms = new Set<Alarm>();
  const set = (ms: number, ring: () => void, everyMs?: number): Disposable => {
    const alarm: Alarm = { at: elapsed + ms, everyMs, ring };
    alarms.add(alarm);
    return { [Symbol.dispose]: () => void alarms.delete(alarm) };
  };
  const next = (end: number): Alarm | undefined =>
    [...alarms].filter((alarm) => alarm.at <= end).toSorted((a, b) => a.at - b.at)[0];
  return {
    now: () => startAt + elapsed,
    monotonic: () => elapsed,
    sleep: (ms, signal) => sleepOn(set, ms, signal),
    every: (ms, tick) => set(ms, tick, ms),
    after: (ms, ring) => set(ms, ring),
    async advance(ms) {
      const end = elapsed + ms;
      for (let alarm = next(end); alarm !== undefined; alarm = next(end)) {
        elapsed = alarm.at;
        if (alarm.everyMs === undefined) alarms.delete(alarm);
        else alarm.at += alarm.everyMs;
        alarm.ring();
        await settle();
      }
      elapsed = end;
      await settle();
    },
  };
}

async function sleepOn(
  set: (ms: number, ring: () => void) => Disposable,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const alarm = set(ms, resolve);
  signal?.addEventListener('abort', () => {
    alarm[Symbol.dispose]();
    reject(signal.reason);
  });
  await promise;
}

/** Lets everything that is ready to run, run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
