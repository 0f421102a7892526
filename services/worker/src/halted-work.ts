import type { HaltNotice } from '@bakerst/contracts';

/** Halts older than this concern no job that could still arrive. */
const MEMORY_MS = 60 * 60 * 1_000;

/** What a halt can be about: a job, or the run that it belongs to. */
interface HaltedBy {
  readonly jobId: string;
  readonly runId?: string | undefined;
}

/** The work that must not go on. */
export interface HaltedWork {
  /** False while there may be halts that have not been told: a brain is to be asked. */
  readonly isComplete: boolean;
  setComplete(isComplete: boolean): void;
  add(notice: HaltNotice): void;
  has(work: HaltedBy): boolean;
  /** Calls `onHalt` whenever a halt of the work is told, also one that was told before. */
  watch(work: HaltedBy, onHalt: () => void): Disposable;
}

export function createHaltedWork(): HaltedWork {
  const halted = new Map<string, number>();
  const watchers = new Map<string, Set<() => void>>();
  let isComplete = false;
  return {
    get isComplete() {
      return isComplete;
    },
    setComplete(now) {
      isComplete = now;
    },
    add({ kind, id, at }) {
      for (const [old, haltedAt] of halted) if (haltedAt < at - MEMORY_MS) halted.delete(old);
      const key = `${kind}.${id}`;
      halted.set(key, at);
      for (const onHalt of watchers.get(key) ?? []) onHalt();
    },
    has: (work) => keysOf(work).some((key) => halted.has(key)),
    watch(work, onHalt) {
      const keys = keysOf(work);
      for (const key of keys) {
        const set = watchers.get(key) ?? new Set();
        watchers.set(key, set.add(onHalt));
      }
      return {
        [Symbol.dispose]() {
          for (const key of keys) {
            const set = watchers.get(key);
            set?.delete(onHalt);
            if (set?.size === 0) watchers.delete(key);
          }
        },
      };
    },
  };
}

function keysOf({ jobId, runId }: HaltedBy): readonly string[] {
  return runId === undefined ? [`job.${jobId}`] : [`job.${jobId}`, `run.${runId}`];
}
