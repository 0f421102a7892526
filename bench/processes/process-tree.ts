import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly args: readonly string[];
}

/** A process and all that descend from it; Linux only. */
export function listTree(pid: number): readonly ProcessEntry[] {
  const all = listProcesses();
  const children = Map.groupBy(all, ({ parentPid }) => parentPid);
  const collect = (parent: number): ProcessEntry[] =>
    (children.get(parent) ?? []).flatMap((child) => [child, ...collect(child.pid)]);
  return [...all.filter((entry) => entry.pid === pid), ...collect(pid)];
}

/** Resident memory in MB of 1,024 × 1,024 bytes, as system tools show it. */
export function readRssMb(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kib === undefined) throw new Error(`process ${pid} has no resident memory`);
  return Number(kib) / 1024;
}

const TICK_MS = 10;

/** Milliseconds of a core that a process has used so far. */
export function readCpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program may hold blanks; numbers begin behind it, with the third field.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function listProcesses(): readonly ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readEntry(Number(name)))
    .filter((entry) => entry !== undefined);
}

/** Undefined for a process that has ended meanwhile. */
function readEntry(pid: number): ProcessEntry | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return { pid, parentPid: Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]), args };
  } catch {
    return undefined; // NOTE: gone is as good as never seen.
  }
}
