import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Unmounts every disk that is mounted in a folder: what an interrupted scenario could not. */
export function unmountAll(dir: string): void {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  for (const path of mounts)
    if (path.startsWith(`${dir}/`)) execFileSync('umount', ['-l', path], { stdio: 'ignore' });
}
