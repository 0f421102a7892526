import type { Server } from 'node:http';
import type { HaltAnnouncer, UserLocks } from '@bakerst/bus';
import { jobMessageId } from '@bakerst/contracts';
import { type Clock, isGone, StartError } from '@bakerst/kit';
import type { BrainConfig } from './config.ts';
import type { JobQueueStore } from './jobs/ports.ts';
import type { RunStarter, RunStore } from './runs/ports.ts';
import type { TransactionDatabase } from './storage/group-commit.ts';
import type { Database } from './storage/open-database.ts';
import { commitBlindly, commitLate, SQL_FAULTS, UNIQUE_NO_MORE } from './storage/planted-faults.ts';

const FAULT = '--fault=';
const DIE_AFTER_STEP = 'die-after-step:';
/** A run is stored together with its first turn. */
const STEPS_OF_A_START = 2;
/** How often a request that waits for a busy user looks again. */
const BUSY_LOOK_MS = 20;

/** Values that stand instead of the configured ones. */
const CONFIG_FAULTS = {
  'endless-lease': { lockLeaseMs: 600_000 },
  'no-cap': { maxRuns: Number.MAX_SAFE_INTEGER },
  'no-linger': { drainLingerMs: 0 },
} as const satisfies Readonly<Record<string, Partial<BrainConfig>>>;

const OTHER_FAULTS = [
  'answer-before-commit',
  'busy-waits',
  'constant-message-id',
  'decided-outside',
  'full-disk-unnoticed',
  'halt-unannounced',
  /** Breaks no promise by itself: the lock of a holder that died is free when its lease ends, not before. */
  'holders-look-alive',
  'late-results-count',
  'no-outbox',
  'no-renewal',
  'place-forgotten',
  'restored-goes-on',
  'secrets-shown',
] as const;

/** Ways to break a promise on purpose: the fault suite shows that its checkers notice. */
type Mutant = keyof typeof CONFIG_FAULTS | keyof typeof SQL_FAULTS | (typeof OTHER_FAULTS)[number];

/** Faults that tests plant in the process by its command line; without one nothing is changed. */
export interface Faults {
  wrapConfig(config: BrainConfig): BrainConfig;
  wrapStore(store: RunStore): RunStore;
  wrapStarter(starter: RunStarter): RunStarter;
  wrapLocks(locks: UserLocks): UserLocks;
  wrapHalts(halts: HaltAnnouncer): HaltAnnouncer;
  wrapJobQueue(queue: JobQueueStore, db: Database): JobQueueStore;
  /** The database as the writer sees it. */
  wrapTransactions(db: Database): TransactionDatabase;
  /** By which the work queue knows an attempt that it has already. */
  readonly messageId: typeof jobMessageId;
  /** The clock of the user locks. */
  wrapLockClock(clock: Clock): Clock;
  /** Whether the holder of a lock has died. */
  readonly isGone: typeof isGone;
  plantIn(db: Database): void;
  plantInServer(server: Server): void;
  /** What is stored reaches the work queue whatever happens; false under `no-outbox`. */
  readonly hasOutbox: boolean;
  /** What a backup holds unfinished is ended, not executed; false under `restored-goes-on`. */
  readonly endsRestored: boolean;
  /** What is due is read in the transaction that decides it; false under `decided-outside`. */
  readonly decidesInside: boolean;
  /** What nobody is to read is known and hidden; false under `secrets-shown`. */
  readonly hidesSecrets: boolean;
}

/**
 * `--fault=die-after-step:N`: the process kills itself right after it has stored its N-th step of a run, together with
 * those that share its transaction. `--fault=<mutant>`: see Mutant. Throws StartError for any other fault.
 */
export function readFaults(args: readonly string[], die: () => void): Faults {
  const named = args.filter((arg) => arg.startsWith(FAULT)).map((arg) => arg.slice(FAULT.length));
  const steps = named.find((name) => name.startsWith(DIE_AFTER_STEP));
  const mutants = new Set<string>(named.filter((name) => name !== steps));
  const known: readonly string[] = [
    ...Object.keys(CONFIG_FAULTS),
    ...Object.keys(SQL_FAULTS),
    ...OTHER_FAULTS,
  ];
  for (const name of mutants)
    if (!known.includes(name)) throw new StartError(`no such fault: ${name}`);
  const has = (mutant: Mutant): boolean => mutants.has(mutant);
  return {
    ...readDeath(steps, die),
    ...readStorageFaults(mutants),
    wrapConfig: (config) => ({
      ...config,
      ...(has('endless-lease') && CONFIG_FAULTS['endless-lease']),
      ...(has('no-cap') && CONFIG_FAULTS['no-cap']),
      ...(has('no-linger') && CONFIG_FAULTS['no-linger']),
    }),
    wrapLocks: (locks) => (has('busy-waits') ? waitForHolders(locks) : locks),
    wrapHalts: (halts) =>
      has('halt-unannounced') || has('halt-forgotten')
        ? { announce: async () => undefined }
        : halts,
    messageId: has('constant-message-id') ? () => 'always-the-same' : jobMessageId,
    wrapLockClock: (clock) => (has('no-renewal') ? { ...clock, every: never } : clock),
    isGone: has('holders-look-alive') ? () => false : isGone,
    plantInServer(server) {
      if (has('place-forgotten'))
        server.prependListener('request', ({ headers }) => delete headers['last-event-id']);
    },
    hasOutbox: !has('no-outbox'),
    endsRestored: !has('restored-goes-on'),
    decidesInside: !has('decided-outside'),
    hidesSecrets: !has('secrets-shown'),
  };
}

function readStorageFaults(
  mutants: ReadonlySet<string>,
): Pick<Faults, 'wrapTransactions' | 'plantIn' | 'wrapJobQueue'> {
  return {
    wrapTransactions(db) {
      if (mutants.has('answer-before-commit')) return commitLate(db);
      return mutants.has('full-disk-unnoticed') ? commitBlindly(db) : db;
    },
    plantIn(db) {
      for (const [name, sql] of Object.entries(SQL_FAULTS)) if (mutants.has(name)) db.exec(sql);
      if (mutants.has('decided-outside')) db.exec(UNIQUE_NO_MORE);
    },
    wrapJobQueue: (queue, db) =>
      mutants.has('late-results-count') ? countLateResults(queue, db) : queue,
  };
}

/** A job that has its result is open again when another one comes. */
function countLateResults(queue: JobQueueStore, db: Database): JobQueueStore {
  const reopen = db.prepare(
    `UPDATE job SET status = 'running' WHERE id = ? AND status = 'completed'`,
  );
  return {
    ...queue,
    record(result) {
      reopen.run(result.jobId);
      return queue.record(result);
    },
  };
}

/** Whoever finds a lock held tries until it is not. */
function waitForHolders(locks: UserLocks): UserLocks {
  return {
    async acquire(key, purpose) {
      for (;;) {
        const attempt = await locks.acquire(key, purpose);
        if (attempt.won) return attempt;
        await new Promise((resolve) => setTimeout(resolve, BUSY_LOOK_MS));
      }
    },
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
