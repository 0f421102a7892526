import type { LockNote, RunId, Tenant } from '@bakerst/contracts';
import { isTerminalRun } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import { sha256 } from '../idempotency/find-twin.ts';
import type { KeyedRequest } from '../idempotency/ports.ts';
import { scopeOf } from '../principals/principal.ts';
import type { RunStore } from '../runs/ports.ts';
import type { RunLocks, TakenLock } from '../runs/take-lock.ts';

/** How long the lock of a run that has ended may still be held. */
const PATIENCE_MS = 500;
/** How long one that is not stored is waited for: it is about to be, or its lock is being given back. */
const DOUBT_MS = 50;
const LOOK_MS = 10;

interface TakeUserLockDeps {
  readonly runLocks: RunLocks;
  readonly store: Pick<RunStore, 'find' | 'findHead'>;
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
}

interface WantedLock {
  readonly tenant: Tenant;
  readonly lockKey: string;
  readonly runId: RunId;
  readonly keyed: KeyedRequest | undefined;
}

/**
 * Takes the lock of a user for a run that is to begin. Waits for a lock whose run has ended: its answer is given before
 * its holder's release has gone through; and for a moment for one whose run is not stored, which may have failed. Whoever
 * is busy with something else is told so at once.
 */
export async function takeUserLock(
  { runLocks, store, clock }: TakeUserLockDeps,
  { tenant, lockKey, runId, keyed }: WantedLock,
): Promise<TakenLock> {
  const keyHash = keyed && sha256(keyed.key);
  const patienceWith = (note: LockNote | undefined): number => {
    const isTwin = keyHash !== undefined && note?.keyHash === keyHash;
    if (isTwin || store.findHead(lockKey) !== undefined) return 0;
    if (note?.runId === undefined) return PATIENCE_MS;
    const run = store.find(scopeOf(tenant), note.runId);
    if (run === undefined) return DOUBT_MS;
    return isTerminalRun(run.status) ? PATIENCE_MS : 0;
  };
  const startedAt = clock.monotonic();
  for (;;) {
    const taken = await runLocks.take(lockKey, { keyHash, runId });
    if (taken.won || clock.monotonic() - startedAt >= patienceWith(taken.note)) return taken;
    await clock.sleep(LOOK_MS);
  }
}
