import type { Run } from './run.ts';
import type { HostCalls, RunHostDeps } from './run-host-deps.ts';
import { beginRun } from './take-over.ts';

/** Runs that are tried at a time. */
const WIDTH = 20;
/** A run whose lock somebody holds is tried again after this long: shorter than a lease, longer than a sweep. */
const HELD_MS = 1_500;

/**
 * Takes up the runs whose turn it is and that nobody executes: those of a brain that died, or let go of them, and
 * messages that waited. A call while it is at work makes it look once more; it never throws.
 */
export interface Sweep {
  look(): Promise<void>;
  /** The same where locks were just given back: what was held a moment ago is tried again. */
  lookAgain(): Promise<void>;
}

export function createSweep(deps: RunHostDeps, host: HostCalls): Sweep {
  const held = new Map<string, number>();
  let isSweeping = false;
  let isWanted = false;
  const isDue = ({ id, lockKey }: Run): boolean =>
    deps.registry.find(id) === undefined &&
    !deps.registry.holds(lockKey) &&
    (held.get(id) ?? 0) <= deps.clock.monotonic();

  const tryOne = async (run: Run): Promise<void> => {
    const isHeld = !(await tryToBegin(deps, run, host));
    if (isHeld) held.set(run.id, deps.clock.monotonic() + HELD_MS);
    else held.delete(run.id);
  };

  const sweep = async (): Promise<void> => {
    const heads = deps.store.listHeads();
    const known = new Set<string>(heads.map(({ id }) => id));
    for (const id of held.keys()) if (!known.has(id)) held.delete(id);
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
      held.clear();
      return look();
    },
  };
}

/** False when somebody else holds the lock. */
async function tryToBegin(deps: RunHostDeps, run: Run, host: HostCalls): Promise<boolean> {
  const taken = await deps.runLocks.take(run.lockKey, { runId: run.id });
  if (!taken.won) return false;
  try {
    const begun = await beginRun(deps, run, taken);
    if (begun === undefined) await taken.lock.release();
    else host.carry(begun);
  } catch (err) {
    await taken.lock.release();
    throw err;
  }
  return true;
}
