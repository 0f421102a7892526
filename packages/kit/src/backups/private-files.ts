import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, link, open } from 'node:fs/promises';
import type { BackupFile } from './manifest.ts';

const FILE_MODE = 0o600;
/** For directories that hold what is nobody else's business. */
export const DIRECTORY_MODE = 0o700;

/** Size and SHA-256 of a file; a link is not followed. */
export async function describeFile(file: string): Promise<Omit<BackupFile, 'path'>> {
  const hash = createHash('sha256');
  let size = 0;
  await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  for await (const chunk of handle.createReadStream({ autoClose: false })) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest('hex') };
}

/** Gives a file that never changes a second name; where that cannot be, copies it after `beforeCopy`. */
export async function linkOrCopy(from: string, to: string, beforeCopy: () => void): Promise<void> {
  try {
    await link(from, to);
  } catch (err) {
    if (isMissing(err)) throw err;
    beforeCopy();
    await copyPrivately(from, to);
  }
}

/** Copies a file, readable for its owner alone, and returns once that is on the disk. */
export async function copyPrivately(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  await chmod(to, FILE_MODE);
  await sync(to);
}

/** Writes a new file, readable for its owner alone, and returns once that is on the disk. */
export async function writePrivately(file: string, text: string): Promise<void> {
  await using handle = await open(file, 'wx', FILE_MODE);
  await handle.writeFile(text);
  await handle.sync();
}

/** Returns once what was written to a file, or which names a directory has, is on the disk. */
export async function sync(path: string): Promise<void> {
  await using handle = await open(path, 'r');
  await handle.sync();
}

export function isMissing(err: unknown): boolean {
  return err instanceof Error && 'code' in err && err.code === 'ENOENT';
}
