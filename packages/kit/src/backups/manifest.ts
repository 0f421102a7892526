import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupReason } from '@bakerst/contracts';
import { z } from 'zod';
import { BackupError } from './backup-error.ts';

/** The database inside a data directory, and inside a backup of one. */
export const DATABASE = 'bakerst.db';
/** Holds files that are named by their SHA-256 and never change. */
export const ATTACHMENTS = 'attachments';
/** What the secrets of MCP servers in the database are encrypted with, unless that was set (SECRETS_KEY). */
export const SECRETS_KEY_FILE = 'secrets.key';
export const MANIFEST = 'manifest.json';

const MAX_FILES = 200_000;
/** As large as a manifest of so many files is. */
const MAX_BYTES = 64 * 1024 * 1024;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Names nothing outside of the backup. */
const FilePath = z.string().regex(/^(bakerst\.db|secrets\.key|attachments\/[0-9a-f]{64})$/);

const BackupFile = z.object({ path: FilePath, size: z.int().nonnegative(), sha256: Sha256 });
export type BackupFile = z.infer<typeof BackupFile>;

/** What a backup says of itself, in `manifest.json`. */
export const BackupManifest = z.object({
  format: z.literal(1),
  reason: BackupReason,
  created_at: z.iso.datetime(),
  /** The bakerst that made it. */
  version: z.string().max(64),
  /** Version of the database. */
  schema_version: z.int().positive(),
  files: z.array(BackupFile).max(MAX_FILES),
  /** When all of it was read back and found right. */
  verified_at: z.iso.datetime(),
});
export type BackupManifest = z.infer<typeof BackupManifest>;

/** Throws BackupError DAMAGED for a directory that holds no whole backup. */
export async function readManifest(dir: string): Promise<BackupManifest> {
  const path = join(dir, MANIFEST);
  try {
    if ((await stat(path)).size > MAX_BYTES) throw new Error(`${MANIFEST} is too large`);
    return BackupManifest.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw notWhole(dir, cause);
  }
}

function notWhole(dir: string, cause: unknown): BackupError {
  return new BackupError('DAMAGED', `${dir} holds no whole backup: choose another one`, { cause });
}

/** Bytes of all its files. */
export function sizeOf({ files }: BackupManifest): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
