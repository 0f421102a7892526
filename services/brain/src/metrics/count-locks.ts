import type { Clock } from '@bakerst/kit';
import type { RunLocks } from '../runs/take-lock.ts';
import type { Metrics } from './ports.ts';

interface CountDeps {
  readonly metrics: Pick<Metrics, 'lockAsked'>;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Locks of users that tell how long asking for one takes, and what came of it. */
export function countLocks(locks: RunLocks, { metrics, clock }: CountDeps): RunLocks {
  return {
    async take(lockKey, purpose) {
      const startedAt = clock.monotonic();
      const seconds = (): number => (clock.monotonic() - startedAt) / 1_000;
      try {
        const taken = await locks.take(lockKey, purpose);
        metrics.lockAsked(taken.won ? 'won' : 'held', seconds());
        return taken;
      } catch (err) {
        metrics.lockAsked('failed', seconds());
        throw err;
      }
    },
  };
}
