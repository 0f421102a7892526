import { mayPass } from '../storage/storage-error.ts';
import { createHeldRuns } from './held-runs.ts';
import type { RunStore } from './ports.ts';
import type { Run } from './run.ts';
import type { HostCalls, RunHostDeps } from './run-host-deps.ts';
import { type BeginRunDeps, beginRun } from './take-over.ts';

/** Runs that are tried at a time. */
const WIDTH = 20;

interface SweepDeps extends BeginRunDeps, Pick<RunHostDeps, 'registry' | 'runLocks'> {
  readonly store: Pick<RunStore, 'listHeads'> & BeginRunDeps['store'];
}

/**
 * Takes up the runs whose turn it is and that nobody executes: those of a brain that died, or let go of them, and
 * messages that waited. A call while it is at work makes it look once more; it never throws.
 */
export interface Sweep {
  look(): Promise<void>;
  /** The same where locks were just given back: what was held a moment ago is tried again. */
  lookAgain(): Promise<void>;
}

export function createSweep(deps: SweepDeps, host: HostCalls): Sweep {
  const held = createHeldRuns(deps.clock);
  let isSweeping = false;
  let isWanted = false;
  const isDue = ({ id, lockKey }: Run): boolean =>
    deps.registry.find(id) === undefined && !deps.registry.holds(lockKey) && !held.has(id);

  const tryOne = async (run: Run): Promise<void> => {
    const outcome = await tryToBegin(deps, run, host);
    if (outcome === 'locked') held.addLocked(run.id);
    else if (outcome === 'failed') held.addFailed(run.id);
    else held.remove(run.id);
  };

  const sweep = async (): Promise<void> => {
    const heads = deps.store.listHeads();
    held.keepOnly(new Set(heads.map(({ id }) => id)));
    const due = heads.filter(isDue);
    for (let from = 0; from < due.length && !host.isDraining(); from += WIDTH)
      await Promise.all(due.slice(from, from + WIDTH).map(tryOne));
  };

  const look = async (): Promise<void> => {
    isWanted = true;
    if (isSweeping) return;
    isSweeping = true;
    while (isWanted && !host.isDraining()) {
      isWanted = false;
      await sweep().catch((err: unknown) => deps.log.warn({ err }, 'runs not taken up yet'));
    }
    isSweeping = false;
  };
  return {
    look,
    lookAgain() {
      held.removeLocked();
      return look();
    },
  };
}

/**
 * `locked`: somebody else holds the lock. `failed`: this brain cannot begin the run; no other one waits for it. Throws
 * while nobody can say who holds a lock.
 */
async function tryToBegin(
  deps: SweepDeps,
  run: Run,
  host: HostCalls,
): Promise<'locked' | 'failed' | 'tried'> {
  const taken = await deps.runLocks.take(run.lockKey, { runId: run.id });
  if (!taken.won) return 'locked';
  try {
    const begun = await beginRun(deps, run, taken);
    if (begun === undefined) await taken.lock.release();
    else host.carry(begun);
    return 'tried';
  } catch (err) {
    await taken.lock.release();
    // The bus or the disk is away: that is over at any moment.
    const isPassing = mayPass(err);
    deps.log[isPassing ? 'warn' : 'error']({ err, runId: run.id }, 'run not taken up yet');
    return isPassing ? 'tried' : 'failed';
  }
}
