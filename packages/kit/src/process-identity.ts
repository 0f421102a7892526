import { hostname } from 'node:os';

/** A process as others on the same machine can look for it. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
}

export function ownIdentity(): ProcessIdentity {
  return { host: hostname(), pid: process.pid };
}

/**
 * True only when the process certainly no longer runs: it ran on this machine, and its number is free there or ours.
 * A process that merely cannot be seen counts as alive.
 */
export function isGone({ host, pid }: ProcessIdentity): boolean {
  if (host !== hostname()) return false;
  // In a container every first process has number 1: whoever had ours before us is gone.
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (err) {
    return err instanceof Error && 'code' in err && err.code === 'ESRCH';
  }
}
