import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StartError } from '@bakerst/kit/start-error';

const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/**
 * Throws StartError when another process has the database open: a brain that no supervisor has started. Otherwise the
 * write-ahead log is empty afterwards, unless the database is damaged.
 */
export function refuseOpenDatabase(file: string): void {
  if (!existsSync(file)) return;
  using db = new DatabaseSync(file, { timeout: 0 });
  try {
    // In this mode nobody else may have it open, reading or not; the end of it empties the log.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
  } catch (cause) {
    // The lower byte is the code; what is above says more about it.
    const code = cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : 0;
    if (code === SQLITE_BUSY) throw inUse(file, cause);
    // A damaged database is what a restore is for.
    if (code !== SQLITE_CORRUPT && code !== SQLITE_NOTADB) throw cause;
  }
}

function inUse(file: string, cause: unknown): StartError {
  return new StartError(`a process has ${file} open: stop the system first, then restore`, {
    cause,
  });
}
