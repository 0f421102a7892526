import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 250;

/** Resident memory of a process in MB. */
export function readRssMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

/** The least of a while: what a process really holds shows once it has collected what it had for a moment. */
export async function readLeastRssMb(pid: number, ms: number): Promise<number> {
  const until = performance.now() + ms;
  let least = readRssMb(pid);
  while (performance.now() < until) {
    await delay(LOOK_MS);
    least = Math.min(least, readRssMb(pid));
  }
  return least;
}
