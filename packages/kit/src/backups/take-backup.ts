import { existsSync, statSync } from 'node:fs';
import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BackupReason } from '@bakerst/contracts';
import { BackupError } from './backup-error.ts';
import { copyDatabase } from './copy-database.ts';
import { type Backup, backupsDir, readNames, toName } from './list-backups.ts';
import {
  ATTACHMENTS,
  type BackupFile,
  type BackupManifest,
  DATABASE,
  MANIFEST,
  SECRETS_KEY_FILE,
} from './manifest.ts';
import {
  copyPrivately,
  DIRECTORY_MODE,
  describeFile,
  isMissing,
  linkOrCopy,
  sync,
  writePrivately,
} from './private-files.ts';
import { clearLeftBehind, pruneBackups, toUnfinished } from './prune-backups.ts';
import { requireRoom } from './require-room.ts';

const ATTACHMENT = /^[0-9a-f]{64}$/;

export interface BackupOrder {
  readonly dataDir: string;
  readonly reason: BackupReason;
  /** The bakerst that makes it. */
  readonly version: string;
  /** How many are kept; all of them without it. */
  readonly keep?: number | undefined;
}

/** What is written beside its place until it is whole. */
interface Draft {
  readonly order: BackupOrder;
  readonly dir: string;
  readonly now: number;
}

/**
 * Makes a backup of a data directory that may be in use: the database as it is at one moment, the attachments, and the
 * key to what is encrypted in the database. No other token and no password can be read in it. It is written beside its place, read back and checked, and then takes its place at
 * once; older ones beyond `keep` are taken away. Throws BackupError, and leaves nothing behind then.
 * NOTE: not for a process that has the database open (see copyDatabase).
 */
export async function takeBackup(order: BackupOrder): Promise<Backup> {
  const { dataDir, keep } = order;
  const database = join(dataDir, DATABASE);
  if (!existsSync(database))
    throw new BackupError(
      'NOTHING',
      `there is no database in ${dataDir}: set BAKERST_DATA_DIR to the directory of a bakerst that has run`,
    );
  const now = Date.now();
  const name = toName(now);
  const dir = backupsDir(dataDir);
  const draft = join(dir, toUnfinished(name));
  try {
    await mkdir(dir, { recursive: true, mode: DIRECTORY_MODE });
    await clearLeftBehind(dataDir, now);
    requireRoom(dir, sizeOnDisk(database) + sizeOnDisk(`${database}-wal`));
    const manifest = await writeDraft({ order, dir: draft, now });
    await rename(draft, join(dir, name));
    await sync(dir);
    if (keep !== undefined) await pruneBackups(dataDir, { keep, made: name });
    return { name, dir: join(dir, name), manifest };
  } catch (err) {
    throw toBackupError(err);
  } finally {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function writeDraft({ order, dir, now }: Draft): Promise<BackupManifest> {
  const { dataDir, reason, version } = order;
  await mkdir(dir, { mode: DIRECTORY_MODE });
  const copy = join(dir, DATABASE);
  const schema = await copyDatabase(join(dataDir, DATABASE), copy, now);
  const database = { path: DATABASE, ...(await describeFile(copy)) };
  const manifest: BackupManifest = {
    format: 1,
    reason,
    created_at: new Date(now).toISOString(),
    version,
    schema_version: schema,
    files: [database, ...(await addKey(dataDir, dir)), ...(await addAttachments(dataDir, dir))],
    verified_at: new Date().toISOString(),
  };
  await writePrivately(join(dir, MANIFEST), `${JSON.stringify(manifest, undefined, 1)}\n`);
  await sync(dir);
  return manifest;
}

/** Copied after the database: whatever is encrypted there was so with a key that was on the disk before. */
async function addKey(dataDir: string, draft: string): Promise<readonly BackupFile[]> {
  const from = join(dataDir, SECRETS_KEY_FILE);
  const to = join(draft, SECRETS_KEY_FILE);
  if (!existsSync(from)) return [];
  await copyPrivately(from, to);
  return [{ path: SECRETS_KEY_FILE, ...(await describeFile(to)) }];
}

async function addAttachments(dataDir: string, draft: string): Promise<readonly BackupFile[]> {
  const from = join(dataDir, ATTACHMENTS);
  const to = join(draft, ATTACHMENTS);
  const names = (await readNames(from)).filter((name) => ATTACHMENT.test(name));
  if (names.length === 0) return [];
  await mkdir(to, { mode: DIRECTORY_MODE });
  const added: BackupFile[] = [];
  for (const name of names) {
    const file = await addAttachment(join(from, name), join(to, name));
    if (file !== undefined) added.push({ path: `${ATTACHMENTS}/${name}`, ...file });
  }
  await sync(to);
  return added;
}

/** Undefined for what is no file, and for one that is taken away meanwhile: nothing that is kept needs it. */
async function addAttachment(
  from: string,
  to: string,
): Promise<Omit<BackupFile, 'path'> | undefined> {
  try {
    const { size, isFile } = await lookAt(from);
    if (!isFile) return undefined;
    await linkOrCopy(from, to, () => requireRoom(dirname(to), size));
  } catch (err) {
    if (isMissing(err)) return undefined;
    throw err;
  }
  return await describeFile(to);
}

async function lookAt(file: string): Promise<{ readonly size: number; readonly isFile: boolean }> {
  const found = await lstat(file);
  return { size: found.size, isFile: found.isFile() };
}

function sizeOnDisk(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** SQLite's codes for a full disk. */
const SQLITE_FULL = 13;
const SQLITE_IOERR_WRITE = 778;

function toBackupError(cause: unknown): BackupError {
  if (cause instanceof BackupError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  if (isDiskFull(cause))
    return new BackupError('NO_ROOM', `the disk became full (${why}): make room, then try again`, {
      cause,
    });
  return new BackupError('UNKNOWN', `the backup could not be made (${why})`, { cause });
}

function isDiskFull(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  // The lower byte is the code; what is above says more about it.
  if ('errcode' in cause)
    return (Number(cause.errcode) & 0xff) === SQLITE_FULL || cause.errcode === SQLITE_IOERR_WRITE;
  return 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
}
