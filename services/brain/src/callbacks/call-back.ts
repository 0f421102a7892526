import type { RunId } from '@bakerst/contracts';
import type { ProcessIdentity } from '@bakerst/kit';
import type { ActiveRun } from '../runs/active-run.ts';
import { followActive } from './follow-active.ts';
import { type TellEndDeps, tellEnd } from './tell-end.ts';

/** How often runs are looked for whose end is still to be told. */
const SWEEP_MS = 1_000;
/** Ends that are on their way at a time; more wait for the next look. */
const WIDTH = 100;
/** What is on its way when the process stops may take so long; whoever comes next sends it again. */
const STOP_MS = 1_500;

/** Calls back whoever has asked for it. */
export interface CallBack {
  /** Tells of a run that is executed here from now on; never throws. */
  follow(active: ActiveRun): void;
  /** Tells the ends that are due, now and from now on. */
  watch(): Disposable;
  /** Begins nothing more and returns when nothing is on its way. */
  stop(): Promise<void>;
}

export interface CallBackDeps extends TellEndDeps {
  /** True for a process that has certainly died. */
  readonly isGone: (process: ProcessIdentity) => boolean;
  /** Aborted when what is on its way must end. */
  readonly ending: AbortController;
}

export function createCallBack(deps: CallBackDeps): CallBack {
  const { store, clock, log, ending } = deps;
  const underWay = new Set<Promise<void>>();
  const ends = new Set<RunId>();
  let isStopping = false;
  const track = (work: Promise<void>): void => {
    const done = work.finally(() => underWay.delete(done));
    underWay.add(done);
  };
  const end = (runId: RunId): void => {
    if (isStopping || ends.has(runId)) return;
    ends.add(runId);
    const told = tellEnd(deps, runId)
      .catch((err: unknown) => log.warn({ err, runId }, 'end of the run not called back yet'))
      .finally(() => ends.delete(runId));
    track(told);
  };
  const sweep = async (): Promise<void> => {
    try {
      for (const dead of store.listSenders().filter(deps.isGone)) await store.release(dead);
      if (ends.size < WIDTH) store.listDue(WIDTH).forEach(end);
    } catch (err) {
      log.warn({ err }, 'ends of runs not looked for');
    }
  };
  return {
    follow(active) {
      try {
        const callback = store.find(active.run.id);
        // A run may go on after its end was told; there is only one of these.
        if (callback === undefined || callback.endEvent !== undefined) return;
        followActive({ ...deps, tellEnd: end, track }, active, callback);
      } catch (err) {
        log.warn({ err, runId: active.run.id }, 'run not called back about');
      }
    },
    watch() {
      void sweep();
      return clock.every(SWEEP_MS, () => void sweep());
    },
    async stop() {
      isStopping = true;
      using _late = clock.after(STOP_MS, () => ending.abort());
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
