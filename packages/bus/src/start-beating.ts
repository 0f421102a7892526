import { HEARTBEAT_MS, type Heartbeat } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { Signs } from './signs.ts';

export interface Heart extends Disposable {
  /** Beats at once, because something of it has changed. */
  beat(): void;
}

/** Whoever came up together with this process has begun to listen by then. */
const SECOND_BEAT_MS = 1_500;

interface HeartOptions {
  readonly clock: Clock;
  readonly read: () => Heartbeat;
}

/** Tells every 10 s, and once soon after the start, that this process lives, until disposed of. */
export function startBeating(signs: Pick<Signs, 'beat'>, { clock, read }: HeartOptions): Heart {
  const beat = (): void => signs.beat(read());
  const timers = [clock.after(SECOND_BEAT_MS, beat), clock.every(HEARTBEAT_MS, beat)];
  return {
    beat,
    [Symbol.dispose]() {
      for (const timer of timers) timer[Symbol.dispose]();
    },
  };
}
