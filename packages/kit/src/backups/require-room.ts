import { statfsSync } from 'node:fs';
import { BackupError } from './backup-error.ts';

/** Left to whoever else writes on the disk. */
const RESERVE_BYTES = 128 * 1024 * 1024;
const MB = 1_000_000;

/** Throws BackupError NO_ROOM unless `bytes` more fit on the disk of `dir`, and some room is left then. */
export function requireRoom(dir: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(dir);
  const free = bavail * bsize;
  if (free >= bytes + RESERVE_BYTES) return;
  const missing = toMb(bytes + RESERVE_BYTES - free);
  throw new BackupError(
    'NO_ROOM',
    `the disk of ${dir} is too full (${toMb(free)} MB are free): make ${missing} MB more of room, or keep fewer backups (BACKUP_KEEP)`,
  );
}

function toMb(bytes: number): number {
  return Math.ceil(bytes / MB);
}
