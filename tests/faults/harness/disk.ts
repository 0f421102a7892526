import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Random } from './random.ts';

/** Why no disk images can be made here, if so. */
export function whyNoImages(): string | undefined {
  if (process.getuid?.() !== 0) return 'mounting a disk needs root';
  try {
    execFileSync('losetup', ['-f'], { stdio: 'ignore' });
    execFileSync('mkfs.ext4', ['-V'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'there are no loop devices, or no mkfs.ext4';
  }
}

/** Why no small disk can be mounted here, if so. */
export function whyNoSmallDisks(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'mounting a small disk needs root';
}

/** Makes a file with an empty ext4 in it, and gives its path. */
export function makeImage(path: string, bytes: number): string {
  writeFileSync(path, '');
  truncateSync(path, bytes);
  execFileSync('mkfs.ext4', ['-q', '-F', path]);
  return path;
}

export interface Disk extends AsyncDisposable {
  readonly path: string;
}

/** Mounts an image; both are gone afterwards. */
export function mountImage(image: string, path: string): Disk {
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-o', 'loop', image, path]);
  return toDisk(path, () => rmSync(image, { force: true }));
}

/** Mounts a disk in memory that has so much room. */
export function mountSmallDisk(path: string, megabytes: number): Disk {
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', path]);
  return toDisk(path);
}

function toDisk(path: string, after: () => void = () => undefined): Disk {
  return {
    path,
    async [Symbol.asyncDispose]() {
      execFileSync('umount', ['-l', path]);
      after();
    },
  };
}

/** Writes a file until nothing more goes in; gives its path. */
export function fillDisk(dir: string): string {
  const path = join(dir, 'filler');
  const fd = openSync(path, 'w');
  for (const size of [1024 * 1024, 4096, 512]) fillWith(fd, Buffer.alloc(size, 1));
  closeSync(fd);
  return path;
}

function fillWith(fd: number, block: Buffer): void {
  try {
    for (;;) writeSync(fd, block);
  } catch (err) {
    if (!(err instanceof Error && 'code' in err && err.code === 'ENOSPC')) throw err;
  }
}

/** Changes one byte somewhere in the files of a directory that end so, as a bad disk would. */
export function flipByte(dir: string, ending: string, random: Random): void {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).size > 64);
  const path = random.pick(files);
  const place = random.between(16, statSync(path).size - 1);
  const fd = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(fd, byte, 0, 1, place);
  byte[0] = (byte[0] ?? 0) ^ 0xff;
  writeSync(fd, byte, 0, 1, place);
  closeSync(fd);
}
