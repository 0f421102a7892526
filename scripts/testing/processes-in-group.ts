import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface ProcessView {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** The living processes of a group; zombies do not count, nobody may be there to collect them. */
export function processesInGroup(group: number): readonly ProcessView[] {
  if (process.platform !== 'linux') return processesByPs(group);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const process = readProcess(Number(name));
      return process?.group === group ? [process] : [];
    });
}

function readProcess(pid: number): (ProcessView & { readonly group: number }) | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { pid, parent: Number(parent), group: Number(group), command };
  } catch {
    return undefined; // NOTE: it ended between the two looks.
  }
}

function processesByPs(group: number): readonly ProcessView[] {
  const table = execFileSync('ps', ['-axo', 'pid=,ppid=,pgid=,state=,command='], {
    encoding: 'utf8',
  });
  return table.split('\n').flatMap((line) => {
    const [, pid, parent, pgid, state, command = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return Number(pgid) === group && !state?.startsWith('Z')
      ? [{ pid: Number(pid), parent: Number(parent), command }]
      : [];
  });
}

/** Resolves with the milliseconds until no process of the group was left; rejects after `withinMs`, naming those that are. */
export async function untilGroupIsGone(group: number, withinMs: number): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const left = processesInGroup(group);
    const elapsedMs = performance.now() - startedAt;
    if (left.length === 0) return elapsedMs;
    if (elapsedMs > withinMs)
      throw new Error(`still there: ${left.map(({ command }) => command).join('; ')}`);
    await delay(10);
  }
}
