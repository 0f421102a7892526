import { ApiError } from '@bakerst/client';
import { wait } from './wait.ts';

/** Waits between tries, in ms. */
const RETRIES = [100, 300, 700, 1_000, 1_500] as const;

export interface RetryOptions {
  readonly signal?: AbortSignal | undefined;
  /** Hears why it did not work, each time. */
  readonly onWaiting?: (err: unknown) => void;
}

/** Tries until it works, or until it fails for a reason that will not pass by itself. */
export async function untilItPasses<T>(
  call: () => Promise<T>,
  { signal, onWaiting }: RetryOptions = {},
): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await call();
    } catch (err) {
      if (signal?.aborted === true || !isPassing(err)) throw err;
      onWaiting?.(err);
    }
    await waitForTry(tries, signal);
  }
}

/** The longer something does not work, the less often it is tried. */
export async function waitForTry(tries: number, signal?: AbortSignal): Promise<void> {
  await wait(RETRIES[Math.min(tries, RETRIES.length - 1)] ?? 0, signal);
}

/** True for what may be better in a moment: no connection, or a brain that is not there or is leaving. */
export function isPassing(err: unknown): boolean {
  if (!(err instanceof ApiError)) return true;
  return err.status === 502 || err.status === 503 || err.status === 504 || isRateLimit(err);
}

/** True for more than a user may ask for in a minute, or at once. */
export function isRateLimit(err: unknown): boolean {
  if (!(err instanceof ApiError)) return false;
  const { body } = err;
  return body?.code === 'RATE_LIMIT_EXCEEDED' || body?.code === 'STREAM_LIMIT';
}
