import { AppError } from '@bakerst/kit';
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import { type Breaker, isRefusal } from './breaker.ts';

const FAILURES = 3;
/** Nobody is waited for longer, whatever they say. */
const MAX_REST_MS = 10 * 60_000;

/**
 * Leaves `what` alone after three failures in a row, and tries it again with one call after `halfOpenAfterMs`; and for as
 * long as it asks to be. A refusal is an answer, and no failure.
 */
export function createBreaker(what: string, halfOpenAfterMs: number): Breaker {
  const policy = circuitBreaker(
    handleWhen((err) => !isRefusal(err)),
    { halfOpenAfter: halfOpenAfterMs, breaker: new ConsecutiveBreaker(FAILURES) },
  );
  let restUntil = 0;
  return async (work) => {
    const leftMs = restUntil - performance.now();
    if (leftMs > 0) throw leftAlone(`${what} asks to be left alone for a while`, { leftMs });
    try {
      return await policy.execute(work);
    } catch (err) {
      if (err instanceof AppError && err.retryAfterMs !== undefined)
        restUntil = performance.now() + Math.min(err.retryAfterMs, MAX_REST_MS);
      const message = `${what} failed ${FAILURES} times in a row and is left alone for a while`;
      throw err instanceof BrokenCircuitError ? leftAlone(message, { cause: err }) : err;
    }
  };
}

function leftAlone(
  message: string,
  { cause, leftMs }: { readonly cause?: Error; readonly leftMs?: number },
): AppError {
  const retryAfter = leftMs !== undefined && { retryAfterMs: Math.ceil(leftMs) };
  return new AppError('UNAVAILABLE', message, { cause, reason: 'BREAKER_OPEN', ...retryAfter });
}
