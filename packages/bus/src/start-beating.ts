import { HEARTBEAT_MS, type Heartbeat } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { Signs } from './signs.ts';

export interface Heart extends Disposable {
  /** Beats at once, because something of it has changed. */
  beat(): void;
}

interface HeartOptions {
  readonly clock: Clock;
  readonly read: () => Heartbeat;
}

/** Tells every 10 s that this process lives, until disposed of. */
export function startBeating(signs: Pick<Signs, 'beat'>, { clock, read }: HeartOptions): Heart {
  const beat = (): void => signs.beat(read());
  const timer = clock.every(HEARTBEAT_MS, beat);
  return { beat, [Symbol.dispose]: () => timer[Symbol.dispose]() };
}
