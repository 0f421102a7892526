import { readdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import type { Clock } from '@bakerst/kit';

/** Code that computes for longer stands back for code that is done sooner, and for bakerst itself. */
const LONG_MS = 200;

/** A ninth of what others get while they want to compute, and all of it while they do not. */
const LAST = 10;

/**
 * Puts a process behind all others that want to compute. Linux has a priority for each thread, and code runs on others
 * than the first; elsewhere a process has one. A process that has ended is none to put anywhere.
 */
function putLast(pid: number): void {
  for (const id of listThreads(pid)) {
    try {
      setPriority(id, LAST);
    } catch {
      // It has ended meanwhile.
    }
  }
}

function listThreads(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [pid];
  }
}

/** Ticks of the system's accounting of processor time, a hundred a second on every Linux. */
const TICK_MS = 10;

/** Processor time that a process has used; undefined when it is gone, or where there is no /proc. */
function readCpuMs(pid: number): number | undefined {
  try {
    // Behind the name, which may hold anything: user and system time are the 12th and 13th field from there.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return undefined;
  }
}

/** Watches how long a process computes without a rest. */
export interface LongWork extends Disposable {
  /** It was put behind all others; whether it can be put back is for the system to say. */
  readonly isLast: boolean;
  computes(): void;
  rests(): void;
}

export function watchLongWork(clock: Pick<Clock, 'after'>, pid: number | undefined): LongWork {
  let alarm: Disposable | undefined;
  let isLast = false;
  const rests = (): void => alarm?.[Symbol.dispose]();
  /** On a machine that has other work, time passes without any computing: only what it has used itself counts. */
  const look = (usedBefore: number): void => {
    if (pid === undefined) return;
    const used = readCpuMs(pid);
    if (used !== undefined && used - usedBefore < LONG_MS) {
      watch(usedBefore);
      return;
    }
    isLast = true;
    putLast(pid);
  };
  const watch = (usedBefore: number): void => {
    alarm = clock.after(LONG_MS, () => look(usedBefore));
  };
  return {
    get isLast() {
      return isLast;
    },
    computes() {
      rests();
      if (pid !== undefined && !isLast) watch(readCpuMs(pid) ?? 0);
    },
    rests,
    [Symbol.dispose]: rests,
  };
}
