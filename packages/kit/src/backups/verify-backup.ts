import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BackupError } from './backup-error.ts';
import { checkDatabase } from './copy-database.ts';
import { type BackupFile, type BackupManifest, DATABASE, readManifest } from './manifest.ts';
import { describeFile } from './private-files.ts';

/** Reads all of a backup and gives its manifest. Throws BackupError DAMAGED when anything is not as it was written. */
export async function verifyBackup(dir: string): Promise<BackupManifest> {
  const manifest = await readManifest(dir);
  if (!manifest.files.some(({ path }) => path === DATABASE))
    throw new BackupError('DAMAGED', `${dir} holds no database: choose another backup`);
  for (const file of manifest.files) await verifyFile(dir, file);
  checkDatabase(pathToFileURL(join(dir, DATABASE)));
  return manifest;
}

async function verifyFile(dir: string, { path, size, sha256 }: BackupFile): Promise<void> {
  const found = await describeFile(join(dir, path)).catch((cause: unknown) => {
    throw damaged(dir, path, cause);
  });
  if (found.size !== size || found.sha256 !== sha256) throw damaged(dir, path);
}

function damaged(dir: string, path: string, cause?: unknown): BackupError {
  return new BackupError(
    'DAMAGED',
    `${path} of the backup ${dir} is not what was written: choose another backup`,
    { cause },
  );
}
