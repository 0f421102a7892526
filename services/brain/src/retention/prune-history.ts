import type { Clock, Logger } from '@bakerst/kit';
import type { ConversationPurger, HistoryPruner } from './ports.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** How long a deleted conversation can be restored. */
const UNDO_DAYS = 30;
/** How long something waits for a gateway at most: what is older is news to nobody. */
const DELIVER_DAYS = 7;
/** The first look comes when the start is long over. */
const FIRST_MS = 60_000;
const LOOK_MS = 60 * 60 * 1_000;
/** What one transaction takes away: it holds up nobody for longer than a message does. */
const CHUNK = 50;

interface PruneDeps {
  readonly pruner: HistoryPruner;
  readonly purger: ConversationPurger;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retainDays: number;
}

/** Takes away, now and then, what is older than it has to be kept: of a run its summary stays. */
export function watchHistory(deps: PruneDeps): Disposable {
  const first = deps.clock.after(FIRST_MS, () => void pruneHistory(deps));
  const later = deps.clock.every(LOOK_MS, () => void pruneHistory(deps));
  return {
    [Symbol.dispose]() {
      first[Symbol.dispose]();
      later[Symbol.dispose]();
    },
  };
}

/** Takes it away chunk by chunk; what fails is tried again at the next look. Never throws. */
export async function pruneHistory(deps: PruneDeps): Promise<void> {
  const { pruner, purger, clock, log, retainDays } = deps;
  const before = clock.now() - retainDays * DAY_MS;
  let runs = 0;
  let jobs = 0;
  let deleted = 0;
  try {
    runs = await takeAll((limit) => pruner.pruneRuns(before, limit));
    jobs = await takeAll((limit) => pruner.pruneJobs(before, limit));
    const expired = clock.now() - Math.min(retainDays, DELIVER_DAYS) * DAY_MS;
    await takeAll((limit) => pruner.expireDeliveries(expired, limit));
    await takeAll((limit) => pruner.pruneDeliveries(before, limit));
    deleted = await takeAll((limit) =>
      purger.purgeDeleted(clock.now() - UNDO_DAYS * DAY_MS, limit),
    );
    if (runs + deleted > 0) await pruner.pruneBodies(before);
  } catch (err) {
    log.warn({ err }, 'old history not taken away yet');
  }
  if (runs + jobs + deleted > 0)
    log.info({ runs, jobs, deleted, retainDays }, 'old history taken away');
}

async function takeAll(take: (limit: number) => Promise<number>): Promise<number> {
  let taken = 0;
  for (let more = CHUNK; more > 0; taken += more) more = await take(CHUNK);
  return taken;
}
