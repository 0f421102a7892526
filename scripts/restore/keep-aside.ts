import { existsSync } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ATTACHMENTS,
  DATABASE,
  DIRECTORY_MODE,
  linkOrCopy,
  requireRoom,
  SECRETS_KEY_FILE,
  sync,
} from '@bakerst/kit/backups';

/** Where nats-server keeps its streams. */
const STREAMS = 'nats/store';
/** What is not yet in the database itself; nothing, unless that is damaged. */
const LOGS = [`${DATABASE}-wal`, `${DATABASE}-shm`];

/**
 * Keeps what is there in a directory of its own, and gives its path; undefined when nothing is. The database and the
 * attachments stay where they are as well, so that nothing is missing should the restore break off: they are replaced
 * file by file. The streams of NATS go, for they know of what the backup does not.
 */
export async function keepAside(dataDir: string, stamp: string): Promise<string | undefined> {
  const present = [DATABASE, SECRETS_KEY_FILE, ATTACHMENTS, STREAMS, ...LOGS].filter((name) =>
    existsSync(join(dataDir, name)),
  );
  if (present.length === 0) return undefined;
  const aside = join(dataDir, `before-restore-${stamp}`);
  await mkdir(aside, { mode: DIRECTORY_MODE });
  if (present.includes(ATTACHMENTS)) await linkAll(join(dataDir, ATTACHMENTS), aside);
  if (present.includes(STREAMS)) await rename(join(dataDir, STREAMS), join(aside, 'nats-store'));
  for (const name of LOGS)
    if (present.includes(name)) await rename(join(dataDir, name), join(aside, name));
  for (const name of [DATABASE, SECRETS_KEY_FILE])
    if (present.includes(name)) await addName(dataDir, aside, name);
  await sync(aside);
  return aside;
}

async function linkAll(from: string, aside: string): Promise<void> {
  const to = join(aside, ATTACHMENTS);
  await mkdir(to, { mode: DIRECTORY_MODE });
  for (const found of await readdir(from, { withFileTypes: true }))
    if (found.isFile()) await addName(from, to, found.name);
}

/** A second name is enough: a restored file takes the first name, not the place of what it had. */
async function addName(from: string, to: string, name: string): Promise<void> {
  await linkOrCopy(join(from, name), join(to, name), () => requireRoom(to, 0));
}
