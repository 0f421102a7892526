import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import type { Clock } from '@bakerst/kit';

/** Code that computes for longer stands back for code that is done sooner, and for bakerst itself. */
const LONG_MS = 250;

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
  return {
    get isLast() {
      return isLast;
    },
    computes() {
      rests();
      alarm = clock.after(LONG_MS, () => {
        isLast = true;
        if (pid !== undefined) putLast(pid);
      });
    },
    rests,
    [Symbol.dispose]: rests,
  };
}
