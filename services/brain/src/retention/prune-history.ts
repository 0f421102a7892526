import type { Clock, Logger } from '@bakerst/kit';
import type { HistoryPruner } from './ports.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** The first look comes when the start is long over. */
const FIRST_MS = 60_000;
const LOOK_MS = 60 * 60 * 1_000;
/** What one transaction takes away: it holds up nobody for longer than a message does. */
const CHUNK = 50;

interface PruneDeps {
  readonly pruner: HistoryPruner;
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
export async function pruneHistory({ pruner, clock, log, retainDays }: PruneDeps): Promise<void> {
  const before = clock.now() - retainDays * DAY_MS;
  let runs = 0;
  let jobs = 0;
  try {
    for (let more = CHUNK; more === CHUNK; runs += more)
      more = await pruner.pruneRuns(before, CHUNK);
    for (let more = CHUNK; more === CHUNK; jobs += more)
      more = await pruner.pruneJobs(before, CHUNK);
    if (runs > 0) await pruner.pruneBodies(before);
  } catch (err) {
    log.warn({ err }, 'old history not taken away yet');
  }
  if (runs + jobs > 0) log.info({ runs, jobs, retainDays }, 'old history taken away');
}
