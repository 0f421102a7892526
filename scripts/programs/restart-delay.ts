const FIRST_WAITS_MS = [0, 500];
const MAX_WAIT_MS = 30_000;
/** Whoever ran this long starts with a clean slate. */
const GOOD_RUN_MS = 60_000;

/** Answers how long to wait before the next restart: 0, then 0.5 s, 1 s, 2 s … 30 s; again from 0 after a run of a minute. */
export function createRestartDelay(): (ranForMs: number) => number {
  let restarts = 0;
  return (ranForMs) => {
    if (ranForMs >= GOOD_RUN_MS) restarts = 0;
    const waitMs = FIRST_WAITS_MS[restarts] ?? Math.min(500 * 2 ** (restarts - 1), MAX_WAIT_MS);
    restarts += 1;
    return waitMs;
  };
}
