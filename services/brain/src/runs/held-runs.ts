import type { Clock } from '@bakerst/kit';

/** A run whose lock somebody holds is tried again after this long: shorter than a lease, longer than a sweep. */
const LOCKED_MS = 1_500;
/** One that could not be begun is tried again after this long, and each time it fails after twice as long. */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

interface Held {
  /** On the monotonic clock. */
  readonly until: number;
  /** Times in a row that it could not be begun. */
  readonly failures: number;
}

/** Runs that are left alone for a while. */
export interface HeldRuns {
  has(id: string): boolean;
  /** Somebody holds its lock. */
  addLocked(id: string): void;
  /** It could not be begun. */
  addFailed(id: string): void;
  remove(id: string): void;
  keepOnly(ids: ReadonlySet<string>): void;
  /** Locks were given back: what could not be begun waits on. */
  removeLocked(): void;
}

export function createHeldRuns(clock: Pick<Clock, 'monotonic'>): HeldRuns {
  const held = new Map<string, Held>();
  const failuresOf = (id: string): number => held.get(id)?.failures ?? 0;
  return {
    has: (id) => (held.get(id)?.until ?? 0) > clock.monotonic(),
    addLocked(id) {
      held.set(id, { until: clock.monotonic() + LOCKED_MS, failures: failuresOf(id) });
    },
    addFailed(id) {
      const failures = failuresOf(id) + 1;
      const waitMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
      held.set(id, { until: clock.monotonic() + waitMs, failures });
    },
    remove: (id) => void held.delete(id),
    keepOnly(ids) {
      for (const id of held.keys()) if (!ids.has(id)) held.delete(id);
    },
    removeLocked() {
      for (const [id, { failures }] of held) if (failures === 0) held.delete(id);
    },
  };
}
