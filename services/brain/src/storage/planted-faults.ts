import type { Database, RunResult, Statement } from 'better-sqlite3';
import type { TransactionDatabase } from './group-commit.ts';

/** Between an early answer and its commit: time enough to be killed in. */
const LATE_COMMIT_MS = 30;

/** Faults of what is stored, as SQL for one connection: temporary tables and triggers, gone with the process. */
export const SQL_FAULTS = {
  /** A table that stands before the real one and keeps nothing: every token is the highest. */
  'no-fence': `
    CREATE TEMP TABLE fence (lock_key TEXT PRIMARY KEY, incarnation INTEGER, revision INTEGER);
    CREATE TEMP TRIGGER forget AFTER INSERT ON fence BEGIN DELETE FROM fence; END`,
  /** A commit does not wait for the disk. */
  'no-sync': 'PRAGMA synchronous = OFF',
  /** A message that waits goes before those that came earlier. */
  'newest-first': `
    CREATE TEMP TRIGGER newest_first AFTER INSERT ON main.run WHEN NEW.status = 'queued'
    BEGIN UPDATE run SET seq = -seq WHERE id = NEW.id; END`,
  'key-forgotten': `
    CREATE TEMP TRIGGER forget_key AFTER INSERT ON main.idempotency_key
    BEGIN DELETE FROM idempotency_key WHERE key = NEW.key; END`,
  /** A job may fail, or lose its worker, once more than it should. */
  'first-failure-uncounted': `
    CREATE TEMP TRIGGER forget_failure AFTER UPDATE OF failures ON main.job
    WHEN NEW.failures = 1 AND NEW.attempt = 2
    BEGIN UPDATE job SET failures = 0 WHERE id = NEW.id; END`,
  'first-loss-uncounted': `
    CREATE TEMP TRIGGER forget_loss AFTER UPDATE OF losses ON main.job
    WHEN OLD.losses = 0 AND NEW.losses = 1 AND NEW.attempt = 2
    BEGIN UPDATE job SET losses = 0 WHERE id = NEW.id; END`,
  /** A halt is not kept; nor is it told, or who hears of it would end before the next tool call. */
  'halt-forgotten': `
    CREATE TEMP TRIGGER forget_halt AFTER UPDATE OF halt_requested_at ON main.run
    BEGIN UPDATE run SET halt_requested_at = NULL WHERE id = NEW.id; END`,
  /** What was missed leaves no trace. */
  'missed-forgotten': `
    CREATE TEMP TRIGGER forget_missed AFTER INSERT ON main.firing WHEN NEW.status = 'missed'
    BEGIN DELETE FROM firing WHERE id = NEW.id; END`,
} as const;

/** Belongs to `decided-outside`: nothing else keeps an instant from being decided twice. */
export const UNIQUE_NO_MORE = 'DROP INDEX IF EXISTS firing_of_instant';

/**
 * A database whose commits happen a moment after they were told to have happened; whoever begins the next transaction
 * waits for that. Killed in between, the process has promised what is not there.
 */
export function commitLate(db: Database): TransactionDatabase {
  const commit = db.prepare('COMMIT');
  let late: NodeJS.Timeout | undefined;
  const settle = (): void => {
    clearTimeout(late);
    if (db.inTransaction) commit.run();
  };
  return wrapStatements(db, (sql, run) => {
    if (sql.startsWith('BEGIN')) settle();
    if (sql !== 'COMMIT') return run();
    late = setTimeout(settle, LATE_COMMIT_MS);
    return NOTHING_CHANGED;
  });
}

/** A database whose commits are told to have happened when the disk took nothing of them. */
export function commitBlindly(db: Database): TransactionDatabase {
  return wrapStatements(db, (sql, run) => {
    if (sql !== 'COMMIT') return run();
    try {
      return run();
    } catch {
      if (db.inTransaction) db.exec('ROLLBACK');
      return NOTHING_CHANGED;
    }
  });
}

const NOTHING_CHANGED: RunResult = { changes: 0, lastInsertRowid: 0 };

function wrapStatements(
  db: Database,
  wrap: (sql: string, run: () => RunResult) => RunResult,
): TransactionDatabase {
  return {
    prepare(sql): Pick<Statement, 'run'> {
      const statement = db.prepare(sql);
      return { run: () => wrap(sql, () => statement.run()) };
    },
    exec: (sql) => void db.exec(sql),
    get inTransaction() {
      return db.inTransaction;
    },
  };
}
