import { foldSteps, type ModelCatalogue } from '@bakerst/agent';
import type { Logger } from '@bakerst/kit';
import { toRestoredEnd } from '../runs/run-end.ts';
import { readLoopSteps } from '../runs/run-loop.ts';
import type { RestoredWorkStore } from './ports.ts';

/** Lines of the log about single runs and jobs. */
const MOST_LISTED = 100;

interface RestoredWorkDeps {
  readonly store: RestoredWorkStore;
  readonly catalogue: ModelCatalogue;
  readonly log: Logger;
}

/**
 * In a database that was restored from a backup: ends what was unfinished when the backup was made, before anything is
 * executed. What has happened since then is not known here, and is not done again. Does nothing in any other.
 */
export async function endRestoredWork(deps: RestoredWorkDeps): Promise<void> {
  const { store, catalogue, log } = deps;
  const ended = await store.endUnfinished((steps) =>
    toRestoredEnd(catalogue, foldSteps(readLoopSteps(steps))),
  );
  if (ended === undefined) return;
  const { runs, jobs } = ended;
  for (const { id, requestId } of runs.slice(0, MOST_LISTED))
    log.warn({ runId: id, requestId }, 'run ended by a restore');
  for (const { id, requestId } of jobs.slice(0, MOST_LISTED))
    log.warn({ jobId: id, requestId }, 'job ended by a restore');
  log.warn({ event: 'restored', runs: runs.length, jobs: jobs.length }, 'restored from a backup');
}
