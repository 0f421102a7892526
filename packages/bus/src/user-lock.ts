import type { LockNote, LockPurpose } from '@bakerst/contracts';

/** A user's lock in hand. Others may take it once the lease has ended, so every effect is fenced by the token too. */
export interface UserLock {
  /** Grows with every holder for as long as the bucket of locks lives; part of the fencing token. */
  readonly revision: number;
  /** Aborted when the lock is lost or may be: the run is suspended then, it has not failed. */
  readonly lost: AbortSignal;
  /** Gives the lock back; nothing happens when it is lost already. Never throws. */
  release(): Promise<void>;
}

export type LockAttempt =
  | { readonly won: true; readonly lock: UserLock }
  | { readonly won: false; readonly note: LockNote | undefined };

export interface UserLocks {
  /**
   * Tries once; at most one holder wins. Throws AppError UNAVAILABLE when NATS cannot say within 1.5 s.
   * `key` is any text; it is hashed. `purpose` is told to whoever finds the lock held.
   */
  acquire(key: string, purpose?: LockPurpose): Promise<LockAttempt>;
}
