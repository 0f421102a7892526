import { readdirSync, readFileSync } from 'node:fs';

/** Ids of the living processes whose environment holds this text: whatever they have started has it as well. */
export function findProcesses(text: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && readText(`/proc/${name}/environ`).includes(text))
    .map(Number);
}

/** Neither gone nor merely waiting to be noticed. */
export function isAlive(pid: number): boolean {
  const state = /^State:\s+(\w)/m.exec(readText(`/proc/${pid}/status`))?.[1];
  return state !== undefined && state !== 'Z';
}

/** Resident memory in MB. */
export function readMemoryMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readText(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // NOTE: it has ended meanwhile.
    return '';
  }
}
