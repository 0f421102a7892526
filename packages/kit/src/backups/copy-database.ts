import { backup, DatabaseSync } from 'node:sqlite';
import { BackupError } from './backup-error.ts';
import { sync, writePrivately } from './private-files.ts';

const BUSY_MS = 5_000;
/** All pages in one step: one snapshot, which no writer can make begin anew. */
const ALL_PAGES = 2 ** 31 - 1;

/**
 * Copies a database that others may be writing to; the copy is the state of one moment, in one file. It says of itself
 * that it is one (`copied_at` in `meta`): whoever opens it to go on from there ends what was unfinished instead.
 * Gives the version of its schema. Throws BackupError NOTHING for a database without one, DAMAGED for a bad copy.
 * NOTE: a process that has the database open by another copy of SQLite would lose its locks here (POSIX).
 */
export async function copyDatabase(from: string, to: string, now: number): Promise<number> {
  await writePrivately(to, '');
  {
    using source = new DatabaseSync(from, { readOnly: true, timeout: BUSY_MS });
    await backup(source, to, { rate: ALL_PAGES });
  }
  const schema = finishCopy(to, now);
  await sync(to);
  return schema;
}

function finishCopy(file: string, now: number): number {
  using copy = new DatabaseSync(file);
  const schema = Number(copy.prepare('PRAGMA user_version').get()?.['user_version']);
  if (schema === 0) throw new BackupError('NOTHING', 'the database is empty: there is nothing yet');
  // One file: what is in a write-ahead log beside it would be lost with that.
  copy.exec('PRAGMA journal_mode = DELETE');
  copy
    .prepare(
      `INSERT INTO meta (key, value) VALUES ('copied_at', ?)
       ON CONFLICT DO UPDATE SET value = excluded.value`,
    )
    .run(String(now));
  requireIntegrity(copy);
  return schema;
}

/** Throws BackupError DAMAGED for a file that SQLite does not find in order; changes nothing. */
export function checkDatabase(file: URL): void {
  file.searchParams.set('immutable', '1');
  using db = new DatabaseSync(file, { readOnly: true });
  requireIntegrity(db);
}

function requireIntegrity(db: DatabaseSync): void {
  const found = db.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
  if (found !== 'ok') throw new BackupError('DAMAGED', `the database is damaged: ${found}`);
}
