import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupError } from './backup-error.ts';
import { type BackupManifest, readManifest } from './manifest.ts';
import { isMissing } from './private-files.ts';

/** As `toName` gives them. */
const NAME = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z$/;
const MOST_LISTED = 1_000;

export interface Backup {
  /** Its directory's; a later backup has a name that sorts later. */
  readonly name: string;
  readonly dir: string;
  readonly manifest: BackupManifest;
}

export interface ListedBackup extends Backup {
  /** Every file is there, as large as it was. */
  readonly isWhole: boolean;
}

/** Where the backups of a data directory are. */
export function backupsDir(dataDir: string): string {
  return join(dataDir, 'backups');
}

export function toName(now: number): string {
  return new Date(now).toISOString().replaceAll(/[:.]/g, '-');
}

/** Newest first, at most 1,000; a directory without a readable manifest is none. */
export async function listBackups(dataDir: string): Promise<readonly ListedBackup[]> {
  const dir = backupsDir(dataDir);
  const names = (await readNames(dir)).filter((name) => NAME.test(name)).toSorted();
  const found: ListedBackup[] = [];
  for (const name of names.toReversed().slice(0, MOST_LISTED)) {
    const backup = await readBackup(join(dir, name), name);
    if (backup !== undefined) found.push({ ...backup, isWhole: await hasAllFiles(backup) });
  }
  return found;
}

/** The names in a directory; none when it is not there. */
export async function readNames(dir: string): Promise<readonly string[]> {
  try {
    return await readdir(dir);
  } catch (err) {
    if (isMissing(err)) return [];
    throw err;
  }
}

async function readBackup(dir: string, name: string): Promise<Backup | undefined> {
  try {
    return { name, dir, manifest: await readManifest(dir) };
  } catch (err) {
    if (err instanceof BackupError) return undefined;
    throw err;
  }
}

async function hasAllFiles({ dir, manifest }: Backup): Promise<boolean> {
  for (const { path, size } of manifest.files) {
    const found = await lstat(join(dir, path)).catch(() => undefined);
    if (found?.isFile() !== true || found.size !== size) return false;
  }
  return true;
}
