import { EventEmitter, once } from 'node:events';
import type { UserLock } from '@bakerst/bus';
import { AppError } from '@bakerst/kit';
import type { PreparedBase } from './prepare-base.ts';
import { isFiredLockKey, type Run, type RunFence, type StoredStep } from './run.ts';
import type { RunFeed } from './run-feed.ts';

/** Where a run stood when this brain began to execute it. */
export interface BegunRun {
  readonly steps: readonly StoredStep[];
  readonly prepared: PreparedBase;
}

/** A run that this brain executes. */
export interface ActiveRun {
  readonly run: Run;
  readonly fence: RunFence;
  readonly lock: UserLock;
  readonly feed: RunFeed;
  /** What is stored of it, and what its requests are built from. */
  readonly begun: BegunRun;
  /** Aborted with `haltedError` or `suspendedError`. */
  readonly stop: AbortController;
  /** True while a reply of the model is on its way: half of one would be paid for twice. */
  isAsking: boolean;
  /** No new turn and no new tool call begins: the process is about to end. */
  isDraining: boolean;
  /** A step could not be stored: nothing behind it may be. */
  hasFailedStep: boolean;
}

/** The run must end here, with what it has said. */
export function haltedError(): AppError {
  return new AppError('CONFLICT', 'the run was halted', { reason: 'HALTED' });
}

/** The run is not executed here any longer; it has not failed and will be continued. */
export function suspendedError(why: string): AppError {
  return new AppError('UNAVAILABLE', `the run is interrupted (${why}) and will go on in a moment`, {
    reason: 'SUSPENDED',
    retryAfterMs: 2_000,
  });
}

export function hasReason(err: unknown, reason: string): boolean {
  return err instanceof AppError && err.reason === reason;
}

/** As much of a run as the registry looks at. */
interface Held {
  readonly run: Pick<Run, 'id' | 'lockKey'>;
}

/** The runs of this brain, by id. */
export interface RunRegistry<Active extends Held = ActiveRun> {
  /** Runs that are executed here, and places that are kept for some that are about to be. */
  readonly size: number;
  /** Keeps a place until it is disposed of; undefined when people have so many runs already. */
  keepPlace(most: number): Disposable | undefined;
  add(active: Active): void;
  remove(active: Active): void;
  find(runId: string): Active | undefined;
  /** True while a run of this lock is executed here. */
  holds(lockKey: string): boolean;
  list(): readonly Active[];
  /** Resolves when the run begins or ends to be executed here, and when the signal is aborted. */
  changed(runId: string, signal: AbortSignal): Promise<void>;
}

export function createRunRegistry<Active extends Held = ActiveRun>(): RunRegistry<Active> {
  const active = new Map<string, Active>();
  const byLock = new Map<string, Active>();
  // Any number of readers may wait for one run.
  const told = new EventEmitter().setMaxListeners(0);
  let places = 0;
  /** Of those, what schedules and triggers have set off: it takes no place of a person. */
  let fired = 0;
  const count = (run: Active | undefined): number =>
    run !== undefined && isFiredLockKey(run.run.lockKey) ? 1 : 0;
  return {
    get size() {
      return active.size + places;
    },
    keepPlace(most) {
      if (active.size - fired + places >= most) return undefined;
      places++;
      return {
        [Symbol.dispose]: () => {
          places--;
        },
      };
    },
    add(run) {
      fired += count(run) - count(active.get(run.run.id));
      active.set(run.run.id, run);
      byLock.set(run.run.lockKey, run);
      told.emit(run.run.id);
    },
    remove(run) {
      if (active.get(run.run.id) === run) {
        active.delete(run.run.id);
        fired -= count(run);
      }
      if (byLock.get(run.run.lockKey) === run) byLock.delete(run.run.lockKey);
      told.emit(run.run.id);
    },
    find: (runId) => active.get(runId),
    holds: (lockKey) => byLock.has(lockKey),
    list: () => [...active.values()],
    changed: (runId, signal) =>
      once(told, runId, { signal }).then(
        () => undefined,
        // Whoever waited is gone.
        () => undefined,
      ),
  };
}
