import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '@bakerst/kit';
import { toStorageError } from '../storage/storage-error.ts';
import type { AttachmentFiles, ReceivedFile } from './ports.ts';

/** More than any kind of file is recognised by. */
const HEAD_BYTES = 4_100;
const HASH = /^[0-9a-f]{64}$/;

/** Keeps files in a folder of the data directory, named by their hashes; in `incoming/` while they arrive. Backups know this form. */
export function createDiskAttachmentFiles(dir: string): AttachmentFiles {
  const incoming = join(dir, 'incoming');
  const pathOf = (hash: string): string => join(dir, hash);
  return {
    pathOf,
    async receive(bytes, maxBytes) {
      await mkdir(incoming, { recursive: true, mode: 0o700 });
      const path = join(incoming, randomUUID());
      try {
        return toReceived(path, await write(path, bytes, maxBytes), pathOf);
      } catch (err) {
        await rm(path, { force: true });
        throw toStorageError(err);
      }
    },
    async read(hash) {
      return HASH.test(hash) ? await readFile(pathOf(hash)).catch(undefinedIfMissing) : undefined;
    },
    async open(hash) {
      if (!HASH.test(hash)) return undefined;
      const file = await open(pathOf(hash), 'r').catch(undefinedIfMissing);
      return file?.createReadStream();
    },
    async listOlder(before) {
      const names = (await readdir(dir).catch(undefinedIfMissing)) ?? [];
      return await filterOlder(
        names.filter((name) => HASH.test(name)),
        before,
        pathOf,
      );
    },
    async removeLeftovers(before) {
      const names = (await readdir(incoming).catch(undefinedIfMissing)) ?? [];
      const toPath = (name: string): string => join(incoming, name);
      for (const name of await filterOlder(names, before, toPath))
        await rm(toPath(name), { force: true });
    },
  };
}

interface Written {
  readonly hash: string;
  readonly sizeBytes: number;
  readonly head: Buffer;
}

async function write(
  path: string,
  bytes: AsyncIterable<Buffer>,
  maxBytes: number,
): Promise<Written> {
  const hash = createHash('sha256');
  let head: Buffer = Buffer.alloc(0);
  let sizeBytes = 0;
  await using file: FileHandle = await open(path, 'wx', 0o600);
  for await (const chunk of bytes) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes)
      throw new AppError('PAYLOAD_TOO_LARGE', `the file has more than ${maxBytes} bytes`, {
        reason: 'FILE_TOO_LARGE',
      });
    hash.update(chunk);
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk]).subarray(0, HEAD_BYTES);
    await file.writeFile(chunk);
  }
  await file.sync();
  return { hash: hash.digest('hex'), sizeBytes, head };
}

function toReceived(
  path: string,
  written: Written,
  pathOf: (hash: string) => string,
): ReceivedFile {
  return {
    ...written,
    readAll: () => readFile(path),
    async keep() {
      const place = pathOf(written.hash);
      await link(path, place).catch((err: NodeJS.ErrnoException) => {
        if (err.code !== 'EEXIST') throw toStorageError(err);
      });
      await syncFolder(dirname(place));
    },
    [Symbol.asyncDispose]: () => rm(path, { force: true }),
  };
}

/** The name of a file is only safe once its folder is. */
async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r');
  await folder.sync();
}

async function filterOlder(
  names: readonly string[],
  before: number,
  toPath: (name: string) => string,
): Promise<readonly string[]> {
  const older: string[] = [];
  for (const name of names) {
    const found = await stat(toPath(name)).catch(undefinedIfMissing);
    if (found !== undefined && found.mtimeMs < before) older.push(name);
  }
  return older;
}

function undefinedIfMissing(err: NodeJS.ErrnoException): undefined {
  if (err.code !== 'ENOENT') throw err;
}
