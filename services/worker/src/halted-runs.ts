/** Halts older than this concern no job that could still arrive. */
const MEMORY_MS = 60 * 60 * 1_000;

/** The runs whose jobs must not go on. */
export interface HaltedRuns {
  add(notice: { readonly runId: string; readonly at: number }): void;
  has(runId: string | undefined): boolean;
  /** Calls `onHalt` when the run is halted, at most once. */
  watch(runId: string | undefined, onHalt: () => void): Disposable;
}

export function createHaltedRuns(): HaltedRuns {
  const halted = new Map<string, number>();
  const watchers = new Map<string, Set<() => void>>();
  return {
    add({ runId, at }) {
      for (const [old, haltedAt] of halted) if (haltedAt < at - MEMORY_MS) halted.delete(old);
      halted.set(runId, at);
      for (const onHalt of watchers.get(runId) ?? []) onHalt();
      watchers.delete(runId);
    },
    has: (runId) => runId !== undefined && halted.has(runId),
    watch(runId, onHalt) {
      if (runId === undefined) return { [Symbol.dispose]: () => undefined };
      const set = watchers.get(runId) ?? new Set();
      watchers.set(runId, set.add(onHalt));
      return {
        [Symbol.dispose]() {
          set.delete(onHalt);
          if (set.size === 0) watchers.delete(runId);
        },
      };
    },
  };
}
