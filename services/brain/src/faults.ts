import type { RunStarter, RunStore } from './runs/ports.ts';

const DIE_AFTER_STEP = '--fault=die-after-step:';
/** A run is stored together with its first turn. */
const STEPS_OF_A_START = 2;

/** Faults that tests plant in the process by its command line; without one nothing is changed. */
export interface Faults {
  wrapStore(store: RunStore): RunStore;
  wrapStarter(starter: RunStarter): RunStarter;
}

/**
 * `--fault=die-after-step:N`: the process kills itself right after it has stored its N-th step of a run, together with
 * those that share its transaction.
 */
export function readFaults(args: readonly string[], die: () => void): Faults {
  const given = args.find((arg) => arg.startsWith(DIE_AFTER_STEP));
  if (given === undefined)
    return { wrapStore: (store) => store, wrapStarter: (starter) => starter };
  let left = Number(given.slice(DIE_AFTER_STEP.length));
  const counted = async <T>(stored: Promise<T>, steps = 1): Promise<T> => {
    const value = await stored;
    left -= steps;
    if (left <= 0) die();
    return value;
  };
  return {
    wrapStore: (store) => ({
      ...store,
      append: (fence, write) => counted(store.append(fence, write)),
      finish: (fence, end, write) => counted(store.finish(fence, end, write)),
    }),
    wrapStarter: (starter) => ({
      ...starter,
      start: (tenant, run) => counted(starter.start(tenant, run), STEPS_OF_A_START),
    }),
  };
}
