import Database from 'better-sqlite3';

export type { Database } from 'better-sqlite3';

const BUSY_TIMEOUT_MS = 100;

export interface DatabaseOptions {
  /** For the bench alone: what the durable setting costs. */
  readonly synchronous?: 'FULL' | 'NORMAL';
}

/** Opens the file with the settings that a commit needs to survive a power cut (design section 5). */
export function openDatabase(path: string, options: DatabaseOptions = {}): Database.Database {
  const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  db.pragma('journal_mode = WAL');
  db.pragma(`synchronous = ${options.synchronous ?? 'FULL'}`);
  db.pragma('foreign_keys = ON');
  // What a savepoint may have to undo is kept in memory: in a temporary file every changed page is one more write.
  db.pragma('temp_store = MEMORY');
  return db;
}
