import type { UserLock, UserLocks } from '@bakerst/bus';
import type { LockNote, LockPurpose } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { FenceToken } from './run.ts';

export type TakenLock =
  | { readonly won: true; readonly lock: UserLock; readonly token: FenceToken }
  | { readonly won: false; readonly note: LockNote | undefined };

/** Takes user locks together with the token that fences their writes. */
export interface RunLocks {
  /** Throws AppError UNAVAILABLE while NATS is away. */
  take(lockKey: string, purpose?: LockPurpose): Promise<TakenLock>;
}

interface RunLocksDeps {
  readonly locks: UserLocks;
  /** Number of the present bucket of locks; undefined before it was first seen. */
  readonly readIncarnation: () => number | undefined;
}

export function createRunLocks({ locks, readIncarnation }: RunLocksDeps): RunLocks {
  return {
    async take(lockKey, purpose) {
      const attempt = await locks.acquire(lockKey, purpose);
      if (!attempt.won) return attempt;
      const incarnation = readIncarnation();
      const { lock } = attempt;
      if (incarnation !== undefined)
        return { won: true, lock, token: { incarnation, revision: lock.revision } };
      await lock.release();
      throw new AppError('UNAVAILABLE', 'the message bus is not ready yet; try again in a moment', {
        reason: 'NATS_UNAVAILABLE',
        retryAfterMs: 1_000,
      });
    },
  };
}
