import type { JobId } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { JobStore } from './ports.ts';

/** How often the table is looked at, in case another brain's word got lost. */
const LOOK_MS = 1_000;

interface JobWaiterDeps {
  readonly store: Pick<JobStore, 'isFinished'>;
  readonly clock: Clock;
}

export interface JobWaiter {
  /** True once the job has ended, false after `timeoutMs`; rejects with the signal's reason. */
  wait(
    id: JobId,
    call: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<boolean>;
  /** The job has ended. */
  notify(id: string): void;
}

export function createJobWaiter({ store, clock }: JobWaiterDeps): JobWaiter {
  const waiting = new Map<string, Set<() => void>>();
  return {
    async wait(id, { timeoutMs, signal }) {
      signal.throwIfAborted();
      if (store.isFinished(id)) return true;
      const { promise, resolve, reject } = Promise.withResolvers<boolean>();
      const done = (): void => resolve(true);
      const aborted = (): void => reject(signal.reason);
      const waiters = waiting.get(id) ?? new Set();
      waiting.set(id, waiters.add(done));
      signal.addEventListener('abort', aborted);
      using _alarm = clock.after(timeoutMs, () => resolve(false));
      using _look = clock.every(LOOK_MS, () => {
        if (store.isFinished(id)) done();
      });
      try {
        return await promise;
      } finally {
        signal.removeEventListener('abort', aborted);
        waiters.delete(done);
        if (waiters.size === 0) waiting.delete(id);
      }
    },
    notify(id) {
      for (const done of waiting.get(id) ?? []) done();
    },
  };
}
