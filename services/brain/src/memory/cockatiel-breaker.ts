import { AppError } from '@bakerst/kit';
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';
import type { Breaker } from './breaker.ts';

const FAILURES = 3;

/** Leaves `what` alone after three failures in a row, and tries it again with one call after `halfOpenAfterMs`. */
export function createBreaker(what: string, halfOpenAfterMs: number): Breaker {
  const policy = circuitBreaker(handleAll, {
    halfOpenAfter: halfOpenAfterMs,
    breaker: new ConsecutiveBreaker(FAILURES),
  });
  return async (work) => {
    try {
      return await policy.execute(work);
    } catch (err) {
      throw err instanceof BrokenCircuitError ? leftAlone(what, err) : err;
    }
  };
}

function leftAlone(what: string, cause: Error): AppError {
  const message = `${what} failed ${FAILURES} times in a row and is left alone for a while`;
  return new AppError('UNAVAILABLE', message, { cause, reason: 'BREAKER_OPEN' });
}
