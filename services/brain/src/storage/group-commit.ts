import { AppError, type Clock, type Logger } from '@bakerst/kit';
import type { Statement } from 'better-sqlite3';
import { isBusy, toStorageError } from './storage-error.ts';

const BUSY_RETRY_MS = 5;
const BUSY_PATIENCE_MS = 5_000;

/** The only way to change the database. */
export interface Writer {
  /**
   * Runs `change` in the transaction of this event-loop turn and resolves once that is on disk.
   * When `change` throws, only its own writes are undone and the promise rejects with what it threw.
   * `afterCommit` runs right after the commit, before anything else of this process, in the order of the calls.
   * Rejects with AppError STORAGE_FULL on a full disk, UNAVAILABLE when the database stays locked.
   */
  write<T>(change: () => T, afterCommit?: (value: T) => void): Promise<T>;
}

interface Pending {
  readonly run: () => void;
  readonly committed: () => void;
  readonly failed: (err: unknown) => void;
}

interface GroupCommitDeps {
  readonly clock: Clock;
  readonly log: Logger;
}

/** Writes of one event-loop turn share one transaction, and so one flush to the disk. */
export function createGroupCommit(db: TransactionDatabase, deps: GroupCommitDeps): Writer {
  const transaction = prepareTransaction(db);
  let queue: Pending[] = [];
  let busySince: number | undefined;

  const flush = (): void => {
    const refusal = tryBegin();
    if (refusal === 'busy') {
      setTimeout(flush, BUSY_RETRY_MS);
      return;
    }
    const group = queue;
    queue = [];
    busySince = undefined;
    if (refusal === undefined) commitGroup(transaction, group);
    else for (const pending of group) pending.failed(refusal.failure);
  };

  const tryBegin = (): 'busy' | { readonly failure: unknown } | undefined => {
    try {
      transaction.begin.run();
      return undefined;
    } catch (err) {
      if (!isBusy(err)) return { failure: toStorageError(err) };
      busySince ??= deps.clock.monotonic();
      const hasPatience = deps.clock.monotonic() - busySince < BUSY_PATIENCE_MS;
      return hasPatience ? 'busy' : { failure: lockedOut(err) };
    }
  };

  return {
    write<T>(change: () => T, afterCommit?: (value: T) => void): Promise<T> {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      queue.push(
        toPending({ change, resolve, reject, ...(afterCommit && { afterCommit }) }, deps.log),
      );
      if (queue.length === 1) setImmediate(flush);
      return promise;
    },
  };
}

interface Write<T> {
  readonly change: () => T;
  readonly afterCommit?: (value: T) => void;
  readonly resolve: (value: T) => void;
  readonly reject: (err: unknown) => void;
}

function toPending<T>(write: Write<T>, log: Logger): Pending {
  const done: { value?: { readonly result: T } } = {};
  return {
    run() {
      done.value = { result: write.change() };
    },
    committed() {
      if (done.value === undefined) return;
      const { result } = done.value;
      try {
        write.afterCommit?.(result);
      } catch (err) {
        log.error({ err }, 'listener of a commit failed');
      }
      write.resolve(result);
    },
    failed: write.reject,
  };
}

function lockedOut(cause: unknown): AppError {
  return new AppError('UNAVAILABLE', 'the database stays locked by another process', {
    cause,
    reason: 'STORAGE_BUSY',
    retryAfterMs: 1_000,
  });
}

/** What the writer needs of a database. */
export interface TransactionDatabase {
  readonly inTransaction: boolean;
  prepare(sql: string): Pick<Statement, 'run'>;
  exec(sql: string): unknown;
}

interface Transaction {
  readonly db: TransactionDatabase;
  readonly begin: Pick<Statement, 'run'>;
  readonly commit: Pick<Statement, 'run'>;
  readonly save: Pick<Statement, 'run'>;
  readonly release: Pick<Statement, 'run'>;
  readonly undo: Pick<Statement, 'run'>;
}

function prepareTransaction(db: TransactionDatabase): Transaction {
  return {
    db,
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    save: db.prepare('SAVEPOINT one'),
    release: db.prepare('RELEASE one'),
    undo: db.prepare('ROLLBACK TO one'),
  };
}

function commitGroup(transaction: Transaction, group: readonly Pending[]): void {
  const done: Pending[] = [];
  try {
    const run = group.length === 1 ? runAlone : runOne;
    for (const pending of group) if (run(transaction, pending)) done.push(pending);
    if (transaction.db.inTransaction) transaction.commit.run();
  } catch (err) {
    if (transaction.db.inTransaction) transaction.db.exec('ROLLBACK');
    // A full disk ends the whole transaction; those that failed before for reasons of their own keep these.
    const failure = toStorageError(err);
    for (const pending of group) pending.failed(failure);
    return;
  }
  for (const pending of done) pending.committed();
}

/** A change that shares its transaction with nobody needs no savepoint: it is undone by undoing all. */
function runAlone({ db }: Transaction, pending: Pending): boolean {
  try {
    pending.run();
    return true;
  } catch (err) {
    if (db.inTransaction) db.exec('ROLLBACK');
    pending.failed(toStorageError(err));
    return false;
  }
}

/** False when the change has been undone by itself; throws when the whole transaction is gone. */
function runOne(transaction: Transaction, pending: Pending): boolean {
  transaction.save.run();
  try {
    pending.run();
    transaction.release.run();
    return true;
  } catch (err) {
    if (!transaction.db.inTransaction) throw err;
    transaction.undo.run();
    transaction.release.run();
    pending.failed(toStorageError(err));
    return false;
  }
}
