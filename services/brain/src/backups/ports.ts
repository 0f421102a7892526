import type { BackupReason } from '@bakerst/contracts';
import type { Backup, ListedBackup } from '@bakerst/kit/backups';
import type { Job } from '../jobs/job.ts';
import type { Run, RunEnd, StoredStep } from '../runs/run.ts';

/** The backups of this data directory. */
export interface BackupShelf {
  /** Newest first. */
  list(): Promise<readonly ListedBackup[]>;
  /**
   * Makes one, and takes away those beyond the number that is kept. Throws AppError CONFLICT while this process makes
   * another one, STORAGE_FULL when the disk has no room for it, UNAVAILABLE when it failed otherwise.
   */
  make(reason: BackupReason): Promise<Backup>;
}

/** Which process makes the backup that is due: any number of them may ask. Times in epoch ms. */
export interface BackupClaims {
  /** True for one process when `periodMs` have passed since the last one was begun; nobody else gets it for an hour. */
  claim(now: number, periodMs: number): Promise<boolean>;
  /** The backup that was claimed at `claimedAt` is made. */
  settle(claimedAt: number): Promise<void>;
  /** It is not: nobody tries before `retryAt`. */
  postpone(retryAt: number): Promise<void>;
}

/** What a restore has ended. */
interface EndedWork {
  readonly runs: readonly Run[];
  readonly jobs: readonly Job[];
}

export interface RestoredWorkStore {
  /**
   * In a copy that was made by a backup: ends every unfinished run as `toEnd` says, interrupts every unfinished job, and
   * lets the work queue and the locks count as new, all in one transaction and once. Undefined for what is no copy.
   */
  endUnfinished(toEnd: (steps: readonly StoredStep[]) => RunEnd): Promise<EndedWork | undefined>;
}
