import { HEARTBEAT_MS, type Heartbeat } from '@bakerst/contracts';
import type { Clock, ProcessIdentity } from '@bakerst/kit';

/** Whoever has not been heard of for so long is gone, or cut off. */
const SILENCE_MS = 3 * HEARTBEAT_MS;

interface SeenProcess extends Heartbeat {
  /** Epoch ms of the last heartbeat, for people. */
  readonly seenAt: number;
  /** The same on the monotonic clock: whoever sets the clock has silenced nobody. */
  readonly heardAt: number;
}

export interface ProcessWatchDeps {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** True for a process that has certainly died. */
  readonly isGone: (process: ProcessIdentity) => boolean;
}

/** The processes that were heard of lately. */
export interface ProcessWatch {
  hear(heartbeat: Heartbeat): void;
  list(service: Heartbeat['service']): readonly SeenProcess[];
  /** True when a brain other than this one takes work. One that was killed is none, though it was heard of just now. */
  hasOtherBrain(self: string): boolean;
}

export function createProcessWatch({ clock, isGone }: ProcessWatchDeps): ProcessWatch {
  const seen = new Map<string, SeenProcess>();
  const forgetSilent = (): void => {
    for (const [id, { heardAt }] of seen)
      if (clock.monotonic() - heardAt > SILENCE_MS) seen.delete(id);
  };
  const list = (service: Heartbeat['service']): readonly SeenProcess[] => {
    forgetSilent();
    return [...seen.values()].filter((process) => process.service === service);
  };
  return {
    hear(heartbeat) {
      // Each start has an id of its own, and perhaps nobody ever lists.
      forgetSilent();
      seen.set(heartbeat.id, { ...heartbeat, seenAt: clock.now(), heardAt: clock.monotonic() });
    },
    list,
    hasOtherBrain: (self) =>
      list('brain').some((brain) => brain.id !== self && brain.isReady && !isGone(brain)),
  };
}
