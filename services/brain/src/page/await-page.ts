import type { Clock, Logger } from '@bakerst/kit';

const LOOK_EVERY_MS = 50;
/** A build takes seconds; whatever takes longer than this hangs. */
const GIVE_UP_MS = 180_000;

interface AwaitPageDeps {
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether a process of this number lives. */
  readonly isAlive: (pid: number) => boolean;
}

/** Resolves when the process that builds the page, if there is one, has come to its end, good or bad. */
export async function awaitPage(
  { clock, log, isAlive }: AwaitPageDeps,
  builder: number | undefined,
  stopping: AbortSignal,
): Promise<void> {
  if (builder === undefined) return;
  const until = clock.monotonic() + GIVE_UP_MS;
  while (isAlive(builder)) {
    if (clock.monotonic() > until) {
      log.warn({ pid: builder }, 'page is still being built, nobody waits for it any more');
      return;
    }
    await clock.sleep(LOOK_EVERY_MS, stopping);
  }
}

export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // NOTE: it is gone, or somebody else's by now.
  }
}
