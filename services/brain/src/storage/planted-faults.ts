import type { Database, RunResult, Statement } from 'better-sqlite3';
import type { TransactionDatabase } from './group-commit.ts';

/** Between an early answer and its commit: time enough to be killed in. */
const LATE_COMMIT_MS = 30;

/** A table of this connection that stands before the real one and keeps nothing: every token is the highest. */
export const FENCE_THAT_FORGETS = `
  CREATE TEMP TABLE fence (lock_key TEXT PRIMARY KEY, incarnation INTEGER, revision INTEGER);
  CREATE TEMP TRIGGER forget AFTER INSERT ON fence BEGIN DELETE FROM fence; END`;

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
  const stand = (sql: string): Pick<Statement, 'run'> => {
    const statement = db.prepare(sql);
    const run = (): RunResult => {
      if (sql.startsWith('BEGIN')) settle();
      if (sql !== 'COMMIT') return statement.run();
      late = setTimeout(settle, LATE_COMMIT_MS);
      return { changes: 0, lastInsertRowid: 0 };
    };
    return { run };
  };
  return {
    prepare: stand,
    exec: (sql) => void db.exec(sql),
    get inTransaction() {
      return db.inTransaction;
    },
  };
}
