import type { Clock, Logger } from '@bakerst/kit';
import type { BackupClaims, BackupShelf } from './ports.ts';

const MINUTE_MS = 60_000;
/** The first look comes when the start is over. */
const FIRST_MS = 5_000;
const LOOK_MS = 60_000;
/** How long one that failed waits: for room on the disk, most likely. */
const RETRY_MS = 15 * 60_000;

interface ScheduleDeps {
  readonly claims: BackupClaims;
  readonly shelf: Pick<BackupShelf, 'make'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** 0: none is made by itself. */
  readonly everyMinutes: number;
}

/** Makes a backup once in so many minutes, whichever brain comes first, and however often brains are started. */
export function keepSchedule(deps: ScheduleDeps): Disposable {
  using watching = new DisposableStack();
  if (deps.everyMinutes > 0) {
    const look = (): void => void makeWhenDue(deps);
    watching.use(deps.clock.after(FIRST_MS, look));
    watching.use(deps.clock.every(LOOK_MS, look));
  }
  return watching.move();
}

/** Never throws; what fails is tried again later. */
async function makeWhenDue(deps: ScheduleDeps): Promise<void> {
  const { claims, shelf, clock, log, everyMinutes } = deps;
  try {
    const now = clock.now();
    if (!(await claims.claim(now, everyMinutes * MINUTE_MS))) return;
    // Why it failed is in the log already.
    const isMade = await shelf.make('scheduled').then(
      () => true,
      () => false,
    );
    if (isMade) await claims.settle(now);
    else await claims.postpone(clock.now() + RETRY_MS);
  } catch (err) {
    log.warn({ err }, 'scheduled backup not looked after');
  }
}
