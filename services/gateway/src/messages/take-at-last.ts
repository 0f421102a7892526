import type { Clock, Logger } from '@bakerst/kit';
import type { Received } from '../channel.ts';

const TRIES = 6;
const FIRST_WAIT_MS = 1_000;

export interface TakeAtLastDeps {
  readonly take: (received: Received) => Promise<void>;
  readonly stopping: AbortSignal;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Logger;
}

/** Takes what came in, and tries again when that meets something that was not foreseen; a press is of one moment. */
export async function takeAtLast(
  { take, stopping, clock, log }: TakeAtLastDeps,
  received: Received,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await take(received);
      return;
    } catch (err) {
      if (stopping.aborted || tries === TRIES || received.type === 'press') throw err;
      log.error({ err, key: received.key }, 'message met a bug, trying again');
      await clock.sleep(FIRST_WAIT_MS * 2 ** (tries - 1), stopping);
    }
  }
}
