import { AppError } from '@bakerst/kit';
import Database from 'better-sqlite3';

/** True when another connection holds the write lock; trying again later may succeed. */
export function isBusy(err: unknown): boolean {
  return err instanceof Database.SqliteError && err.code.startsWith('SQLITE_BUSY');
}

/** True for what says nothing against what was asked: the same may succeed once the bus or the disk is there again. */
export function mayPass(err: unknown): boolean {
  if (err instanceof AppError) return true;
  return err instanceof Database.SqliteError && /^SQLITE_(BUSY|IOERR|FULL)/.test(err.code);
}

const FULL: ReadonlySet<string> = new Set([
  'SQLITE_FULL',
  'SQLITE_IOERR_WRITE',
  'ENOSPC',
  'EDQUOT',
]);

/** Puts a full disk into our words, whoever met it; everything else is returned as it is. */
export function toStorageError(err: unknown): unknown {
  if (!(err instanceof Error) || !('code' in err) || !FULL.has(String(err.code))) return err;
  return new AppError(
    'STORAGE_FULL',
    'the disk is full: free some space, nothing accepted is lost',
    { cause: err, retryAfterMs: 30_000 },
  );
}

/** True for what the database or its disk refuses, whatever was asked of it; a constraint is the fault of one row. */
export function isOfStorage(err: unknown): boolean {
  if (err instanceof Database.SqliteError) return !err.code.startsWith('SQLITE_CONSTRAINT');
  return toStorageError(err) !== err;
}
