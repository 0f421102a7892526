import { jobMessageId } from '@bakerst/contracts';
import { type Clock, StartError } from '@bakerst/kit';
import type { RunStarter, RunStore } from './runs/ports.ts';
import type { TransactionDatabase } from './storage/group-commit.ts';
import type { Database } from './storage/open-database.ts';
import { commitLate, FENCE_THAT_FORGETS } from './storage/planted-faults.ts';

const FAULT = '--fault=';
const DIE_AFTER_STEP = 'die-after-step:';
/** A run is stored together with its first turn. */
const STEPS_OF_A_START = 2;

/** Ways to break a promise on purpose: the fault suite shows that its checkers notice. */
const MUTANTS = [
  'no-fence',
  'answer-before-commit',
  'constant-message-id',
  'no-outbox',
  'no-renewal',
] as const;
type Mutant = (typeof MUTANTS)[number];

/** Faults that tests plant in the process by its command line; without one nothing is changed. */
export interface Faults {
  wrapStore(store: RunStore): RunStore;
  wrapStarter(starter: RunStarter): RunStarter;
  /** The database as the writer sees it. */
  wrapTransactions(db: Database): TransactionDatabase;
  /** By which the work queue knows an attempt that it has already. */
  readonly messageId: typeof jobMessageId;
  /** The clock of the user locks. */
  wrapLockClock(clock: Clock): Clock;
  plantIn(db: Database): void;
  /** What is stored reaches the work queue whatever happens; false under `no-outbox`. */
  readonly hasOutbox: boolean;
}

/**
 * `--fault=die-after-step:N`: the process kills itself right after it has stored its N-th step of a run, together with
 * those that share its transaction. `--fault=<mutant>`: see MUTANTS. Throws StartError for any other fault.
 */
export function readFaults(args: readonly string[], die: () => void): Faults {
  const named = args.filter((arg) => arg.startsWith(FAULT)).map((arg) => arg.slice(FAULT.length));
  const steps = named.find((name) => name.startsWith(DIE_AFTER_STEP));
  const mutants = new Set<string>(named.filter((name) => name !== steps));
  for (const name of mutants)
    if (!MUTANTS.some((known) => known === name)) throw new StartError(`no such fault: ${name}`);
  const has = (mutant: Mutant): boolean => mutants.has(mutant);
  return {
    ...readDeath(steps, die),
    wrapTransactions: (db) => (has('answer-before-commit') ? commitLate(db) : db),
    messageId: has('constant-message-id') ? () => 'always-the-same' : jobMessageId,
    wrapLockClock: (clock) => (has('no-renewal') ? { ...clock, every: never } : clock),
    plantIn(db) {
      if (has('no-fence')) db.exec(FENCE_THAT_FORGETS);
    },
    hasOutbox: !has('no-outbox'),
  };
}

function readDeath(
  fault: string | undefined,
  die: () => void,
): Pick<Faults, 'wrapStore' | 'wrapStarter'> {
  if (fault === undefined)
    return { wrapStore: (store) => store, wrapStarter: (starter) => starter };
  let left = Number(fault.slice(DIE_AFTER_STEP.length));
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

function never(): Disposable {
  return { [Symbol.dispose]: () => undefined };
}
