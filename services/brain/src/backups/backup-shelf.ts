import type { BackupReason } from '@bakerst/contracts';
import { AppError, type Logger } from '@bakerst/kit';
import { type Backup, listBackups } from '@bakerst/kit/backups';
import type { BackupOrder, BackupReport } from './backup-messages.ts';
import type { BackupShelf } from './ports.ts';

/** How soon somebody who asks meanwhile may ask again. */
const BUSY_RETRY_MS = 5_000;
const FULL_RETRY_MS = 60_000;

interface ShelfDeps {
  readonly dataDir: string;
  readonly version: string;
  readonly keep: number;
  readonly runProcess: (order: BackupOrder, signal: AbortSignal) => Promise<BackupReport>;
  /** Aborted when this process ends. */
  readonly ending: AbortSignal;
  readonly log: Logger;
}

export function createBackupShelf(deps: ShelfDeps): BackupShelf {
  const { dataDir, version, keep, log } = deps;
  let isBusy = false;
  const list = () => listBackups(dataDir);
  const make = async (reason: BackupReason): Promise<Backup> => {
    const startedAt = performance.now();
    const report = await deps.runProcess({ dataDir, reason, version, keep }, deps.ending);
    if (report.status === 'failed') throw toAppError(report);
    const made = (await list()).find(({ name }) => name === report.name);
    if (made === undefined) throw failed('it is not there any more');
    const durationMs = Math.round(performance.now() - startedAt);
    log.info({ event: 'backup_made', backup: made.name, reason, durationMs }, 'backup made');
    return made;
  };
  return {
    list,
    async make(reason) {
      if (isBusy) throw busy();
      isBusy = true;
      try {
        return await make(reason);
      } catch (err) {
        log.error({ event: 'backup_failed', err, reason }, 'backup failed');
        throw err instanceof AppError ? err : failed('its process ended', err);
      } finally {
        isBusy = false;
      }
    },
  };
}

function busy(): AppError {
  return new AppError('CONFLICT', 'a backup is being made at this moment', {
    reason: 'BACKUP_RUNNING',
    retryAfterMs: BUSY_RETRY_MS,
  });
}

function toAppError({ reason, message }: BackupReport & { readonly status: 'failed' }): AppError {
  if (reason !== 'NO_ROOM') return failed(message);
  return new AppError('STORAGE_FULL', message, { retryAfterMs: FULL_RETRY_MS });
}

function failed(why: string, cause?: unknown): AppError {
  return new AppError('UNAVAILABLE', `the backup was not made: ${why}`, {
    cause,
    reason: 'BACKUP_FAILED',
    retryAfterMs: FULL_RETRY_MS,
  });
}
