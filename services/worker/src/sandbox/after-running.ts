import type { Clock } from '@bakerst/kit';

const TICK_MS = 500;

/**
 * Rings after so much time in which this process ran. While it is paused, or the machine sleeps, it hears nothing of
 * others: what they have said meanwhile counts before the time is over. `ms` is taken in steps of 500 ms.
 */
export function afterRunning(
  clock: Pick<Clock, 'every'>,
  ms: number,
  ring: () => void,
): Disposable {
  let left = Math.ceil(ms / TICK_MS);
  let isDisposed = false;
  const ticks = clock.every(TICK_MS, () => {
    left -= 1;
    if (left > 0) return;
    ticks[Symbol.dispose]();
    // Behind what waits to be read.
    setImmediate(() => isDisposed || ring());
  });
  return {
    [Symbol.dispose]() {
      isDisposed = true;
      ticks[Symbol.dispose]();
    },
  };
}
