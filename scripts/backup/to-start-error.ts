import { BackupError } from '@bakerst/kit/backups';
import { StartError } from '@bakerst/kit/start-error';

/** Gives what a backup failed for to the person as a sentence; anything else is a bug, and thrown as it is. */
export function toStartError(cause: unknown): never {
  if (!(cause instanceof BackupError)) throw cause;
  throw new StartError(cause.message, { cause });
}
