import type { HaltAnnouncer } from '@bakerst/bus';
import type { Clock } from '@bakerst/kit';
import type { JobQueueStore } from './ports.ts';

/** As long as NATS keeps a halt. A job that has waited for longer is not begun without a brain's word. */
const RECENT_MS = 60 * 60_000;
/** Halts told at a time. */
const WIDTH = 20;

export interface RepeatHaltsDeps {
  readonly queue: Pick<JobQueueStore, 'listHaltedSince'>;
  readonly halts: HaltAnnouncer;
  readonly clock: Clock;
}

/**
 * Tells the workers once more which jobs were halted lately: the brain that halted one may have died before NATS was
 * there to be told, and its worker would go on to the end.
 */
export async function repeatHalts({ queue, halts, clock }: RepeatHaltsDeps): Promise<void> {
  const ids = queue.listHaltedSince(clock.now() - RECENT_MS);
  for (let from = 0; from < ids.length; from += WIDTH)
    await Promise.all(
      ids
        .slice(from, from + WIDTH)
        .map((id) => halts.announce({ kind: 'job', id, at: clock.now() })),
    );
}
