import { type ActiveRun, haltedError, suspendedError } from './active-run.ts';
import { executeRun } from './execute-run.ts';
import { haltNoted } from './noted-halts.ts';
import type { Run, RunEnd } from './run.ts';
import { toRunChange } from './run-change.ts';
import type { HostCalls, RunHostDeps } from './run-host-deps.ts';
import { toTerminalEvent } from './stream-events.ts';
import { createSweep } from './sweep-runs.ts';
import { beginRun } from './take-over.ts';

/** How often runs whose turn it is and that nobody executes are looked for, and those that are to be halted. */
const SWEEP_MS = 1_000;

/** Executes runs in this process from their start or takeover to their end. */
export interface RunHost {
  /** Executes a run whose lock this process holds. */
  carry(active: ActiveRun): void;
  /** Takes up, now and then, the runs whose turn it is and that nobody executes; halts those of which that was noted. */
  watch(): Disposable;
  /** Looks for such runs now. */
  wake(): void;
  /** The same when another brain has let go of some. */
  noteReleased(): void;
  halt(runId: string): void;
  /**
   * Interrupts every run where it loses nothing: at once while it waits, after its reply while the model speaks, but
   * no later than in `patienceMs`. Returns when none is left; whatever comes after is interrupted too.
   */
  drain(patienceMs: number): Promise<void>;
}

export function createRunHost(deps: RunHostDeps): RunHost {
  const carried = new Set<Promise<void>>();
  let isDraining = false;
  const carry = (active: ActiveRun): void => {
    deps.registry.add(active);
    deps.changes.tell(active.run.tenant, toRunChange(active.run, 'running'));
    deps.callBack.follow(active);
    if (isDraining) interrupt(active);
    const done = carryToEnd(deps, active, { carry, isDraining: () => isDraining }).finally(() =>
      carried.delete(done),
    );
    carried.add(done);
  };
  const interrupt = (active: ActiveRun): void => {
    active.isDraining = true;
    if (!active.isAsking) active.stop.abort(suspendedError('the process is stopping'));
  };
  const sweep = createSweep(deps, { carry, isDraining: () => isDraining });

  return {
    carry,
    watch() {
      void sweep.look();
      return deps.clock.every(SWEEP_MS, () => {
        haltNoted(deps);
        void sweep.look();
      });
    },
    wake: () => void sweep.look(),
    noteReleased: () => void sweep.lookAgain(),
    halt: (runId) => deps.registry.find(runId)?.stop.abort(haltedError()),
    async drain(patienceMs) {
      isDraining = true;
      deps.registry.list().forEach(interrupt);
      using _late = deps.clock.after(patienceMs, () => {
        for (const { stop } of deps.registry.list()) stop.abort(suspendedError('the process ends'));
      });
      while (carried.size > 0) await Promise.all(carried);
    },
  };
}

async function carryToEnd(deps: RunHostDeps, active: ActiveRun, host: HostCalls): Promise<void> {
  const { lock, fence } = active;
  const end = await executeRun(deps, active);
  const next =
    end === undefined || host.isDraining() || lock.lost.aborted
      ? undefined
      : deps.store.findHead(fence.lockKey);
  // On its way before the last event is: whoever gets that may ask again at once, here or elsewhere.
  const released = next === undefined ? lock.release() : undefined;
  if (end !== undefined) {
    showEnd(deps, active, end);
    deps.ended(active.run, end);
  }
  deps.registry.remove(active);
  active.feed.end();
  // The lock goes from one message to the next without ever being free: nothing comes between them.
  if (next !== undefined) await passOn(deps, { active, next, host });
  await released;
  if (host.isDraining()) deps.signs.tellReleased();
}

function showEnd(deps: RunHostDeps, { run, feed }: ActiveRun, end: RunEnd): void {
  const language = deps.settings.readLanguage(run.tenant.org, run.tenant.user);
  feed.emit(toTerminalEvent({ ...run, ...end }, language));
  deps.changes.tell(run.tenant, toRunChange(run, end.status));
}

interface Passing {
  readonly active: ActiveRun;
  readonly next: Run;
  readonly host: HostCalls;
}

async function passOn(deps: RunHostDeps, { active, next, host }: Passing): Promise<void> {
  const { lock, fence } = active;
  try {
    const begun = await beginRun(deps, next, { lock, token: fence.token });
    if (begun === undefined) await lock.release();
    else host.carry(begun);
  } catch (err) {
    deps.log.warn(
      { err, runId: next.id, requestId: next.requestId },
      'next message not taken up yet',
    );
    await lock.release();
  }
}
