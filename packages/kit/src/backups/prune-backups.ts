import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { backupsDir, listBackups, readNames } from './list-backups.ts';

/** Begins the name of what is being written, or being taken away. */
const UNFINISHED = '.';
/** No backup takes as long: whoever was writing it is gone. */
const LEFT_BEHIND_MS = 3 * 60 * 60 * 1_000;

/** Name of a backup that is being written. */
export function toUnfinished(name: string): string {
  return `${UNFINISHED}${name}-${process.pid}`;
}

/**
 * Takes away all but the newest `keep` backups; never `made`, the one that was just made and checked. What cannot be taken
 * away, because it is another user's or another process takes it away, stays: the backup was made all the same.
 */
export async function pruneBackups(
  dataDir: string,
  { keep, made }: { readonly keep: number; readonly made: string },
): Promise<readonly string[]> {
  const others = (await listBackups(dataDir)).filter(({ name }) => name !== made);
  const old = others.slice(Math.max(0, keep - 1));
  for (const { name, dir } of old) {
    // Half of one must not look like a whole one.
    const leaving = join(backupsDir(dataDir), toUnfinished(name));
    await rename(dir, leaving)
      .then(() => rm(leaving, { recursive: true, force: true }))
      .catch(() => undefined);
  }
  return old.map(({ name }) => name);
}

/** Takes away what a process that was killed has left half written. */
export async function clearLeftBehind(dataDir: string, now: number): Promise<void> {
  const dir = backupsDir(dataDir);
  for (const name of await readNames(dir)) {
    if (!name.startsWith(UNFINISHED)) continue;
    const path = join(dir, name);
    const at = (await stat(path).catch(() => undefined))?.mtimeMs ?? now;
    if (now - at <= LEFT_BEHIND_MS) continue;
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
