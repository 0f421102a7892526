import type { RunEventBus } from '@bakerst/bus';
import type { Clock } from '@bakerst/kit';
import { type ActiveRun, haltedError, type RunRegistry, suspendedError } from './active-run.ts';
import { createActiveRun, openFeed } from './create-active-run.ts';
import { executeRun } from './execute-run.ts';
import type { PreparedBase } from './prepare-base.ts';
import type { Run, RunFence, StoredStep } from './run.ts';
import type { RunLoopDeps } from './run-loop.ts';
import { toTerminalEvent } from './stream-events.ts';
import type { RunLocks } from './take-lock.ts';

/** How often unfinished runs that nobody executes are looked for. */
const SWEEP_MS = 1_000;
/** Unfinished runs that are taken over at a time. */
const SWEEP_WIDTH = 20;
/** How long a stopping brain lets replies that are on their way come to their end. */
const DRAIN_MS = 20_000;

export interface RunHostDeps extends RunLoopDeps {
  readonly registry: RunRegistry;
  readonly runLocks: RunLocks;
  readonly prepareBase: (run: Run, steps: readonly StoredStep[]) => PreparedBase;
  readonly runEvents: RunEventBus;
  readonly clock: Clock;
}

/** Executes runs in this process from their start or takeover to their end. */
export interface RunHost {
  /** Executes a run whose lock this process holds. */
  carry(active: ActiveRun): void;
  /** Takes over, now and then, the unfinished runs that nobody executes. */
  watch(): Disposable;
  halt(runId: string): void;
  /**
   * Interrupts every run where it loses nothing: at once while it waits, after its reply while the model speaks.
   * Returns when none is left; whatever comes after is interrupted too.
   */
  drain(): Promise<void>;
}

export function createRunHost(deps: RunHostDeps): RunHost {
  const carried = new Set<Promise<void>>();
  let isDraining = false;
  const carry = (active: ActiveRun): void => {
    deps.registry.add(active);
    if (isDraining) interrupt(active);
    const done = carryToEnd(deps, active).finally(() => carried.delete(done));
    carried.add(done);
  };
  const interrupt = (active: ActiveRun): void => {
    active.isDraining = true;
    if (!active.isAsking) active.stop.abort(suspendedError('the process is stopping'));
  };
  let isSweeping = false;

  const sweep = async (): Promise<void> => {
    if (isSweeping || isDraining) return;
    isSweeping = true;
    try {
      const orphans = deps.store
        .listUnfinished()
        .filter(({ id }) => deps.registry.find(id) === undefined)
        .slice(0, SWEEP_WIDTH);
      await Promise.all(orphans.map((run) => takeOver(deps, run, carry)));
    } catch (err) {
      deps.log.warn({ err }, 'unfinished runs not taken over yet');
    } finally {
      isSweeping = false;
    }
  };

  return {
    carry,
    watch() {
      void sweep();
      return deps.clock.every(SWEEP_MS, () => void sweep());
    },
    halt: (runId) => deps.registry.find(runId)?.stop.abort(haltedError()),
    async drain() {
      isDraining = true;
      deps.registry.list().forEach(interrupt);
      using _late = deps.clock.after(DRAIN_MS, () => {
        for (const { stop } of deps.registry.list()) stop.abort(suspendedError('the process ends'));
      });
      while (carried.size > 0) await Promise.all(carried);
    },
  };
}

async function carryToEnd(deps: RunHostDeps, active: ActiveRun): Promise<void> {
  const { run, lock, feed } = active;
  const end = await executeRun(deps, active);
  // On its way before the last event is: whoever gets that may ask again at once, here or elsewhere.
  const released = lock.release();
  if (end !== undefined) {
    const language = deps.settings.readLanguage(run.tenant.org, run.tenant.user);
    feed.emit(toTerminalEvent({ ...run, ...end }, language));
  }
  deps.registry.remove(active);
  feed.end();
  await released;
}

async function takeOver(
  deps: RunHostDeps,
  run: Run,
  carry: (active: ActiveRun) => void,
): Promise<void> {
  const taken = await deps.runLocks.take(run.lockKey);
  if (!taken.won) return;
  const { lock, token } = taken;
  const fence: RunFence = { runId: run.id, lockKey: run.lockKey, token };
  try {
    const current = await deps.store.takeOver(fence);
    if (current === undefined) {
      await lock.release();
      return;
    }
    const steps = deps.store.listSteps(run.id);
    const prepared = deps.prepareBase(current, steps);
    const stored = steps.at(-1)?.covers;
    const feed = openFeed(deps, { runId: run.id, takeover: current.takeover, stored });
    const active = createActiveRun({ run: current, fence, lock, feed, begun: { steps, prepared } });
    feed.rewind();
    deps.log.info({ runId: run.id, takeover: current.takeover }, 'run taken over');
    carry(active);
  } catch (err) {
    await lock.release();
    throw err;
  }
}
