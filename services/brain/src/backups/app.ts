import type { Surroundings } from '../surroundings.ts';
import { createBackupShelf } from './backup-shelf.ts';
import { keepSchedule } from './keep-schedule.ts';
import type { BackupShelf } from './ports.ts';
import { runBackupProcess } from './run-backup-process.ts';
import { createSqliteBackupClaims } from './sqlite-backup-claims.ts';

export interface Backups {
  readonly shelf: BackupShelf;
  /** Makes those that are due, from now on. */
  readonly watch: () => Disposable;
}

/** Builds the feature on its adapters. */
export function createBackups(around: Surroundings): Backups {
  const { config, dataDir, version, clock, log, phase } = around;
  const shelf = createBackupShelf({
    dataDir,
    version,
    keep: config.backupKeep,
    runProcess: runBackupProcess,
    ending: phase.ending.signal,
    log,
  });
  return {
    shelf,
    watch: () =>
      keepSchedule({
        claims: createSqliteBackupClaims(around),
        shelf,
        clock,
        log,
        everyMinutes: config.backupEveryMinutes,
      }),
  };
}
