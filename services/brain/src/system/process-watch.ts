import { HEARTBEAT_MS, type Heartbeat } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';

/** Whoever has not been heard of for so long is gone, or cut off. */
const SILENCE_MS = 3 * HEARTBEAT_MS;

interface SeenProcess extends Heartbeat {
  /** Epoch ms of the last heartbeat. */
  readonly seenAt: number;
}

/** The processes that were heard of lately. */
export interface ProcessWatch {
  hear(heartbeat: Heartbeat): void;
  list(service: Heartbeat['service']): readonly SeenProcess[];
  /** True when a brain other than this one takes work. */
  hasOtherBrain(self: string): boolean;
}

export function createProcessWatch(clock: Pick<Clock, 'now'>): ProcessWatch {
  const seen = new Map<string, SeenProcess>();
  const forgetSilent = (): void => {
    for (const [id, { seenAt }] of seen) if (clock.now() - seenAt > SILENCE_MS) seen.delete(id);
  };
  const list = (service: Heartbeat['service']): readonly SeenProcess[] => {
    forgetSilent();
    return [...seen.values()].filter((process) => process.service === service);
  };
  return {
    hear(heartbeat) {
      // Each start has an id of its own, and perhaps nobody ever lists.
      forgetSilent();
      seen.set(heartbeat.id, { ...heartbeat, seenAt: clock.now() });
    },
    list,
    hasOtherBrain: (self) => list('brain').some(({ id, isReady }) => id !== self && isReady),
  };
}
