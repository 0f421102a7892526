import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import { McpFault } from './mcp-fault.ts';
import type { Breaker } from './server-slot.ts';

const FAILURES = 3;

/**
 * Leaves a server alone after three failures in a row, and tries it again with one call after `halfOpenAfterMs`. Only
 * faults that speak against the server count.
 */
export function createBreaker(halfOpenAfterMs: number): Breaker {
  const policy = circuitBreaker(
    handleWhen((err) => err instanceof McpFault && err.isCounted),
    { halfOpenAfter: halfOpenAfterMs, breaker: new ConsecutiveBreaker(FAILURES) },
  );
  return async (work) => {
    try {
      return await policy.execute(work);
    } catch (err) {
      throw err instanceof BrokenCircuitError ? leftAlone(err) : err;
    }
  };
}

function leftAlone(cause: Error): McpFault {
  return new McpFault(
    { code: 'MCP_BREAKER_OPEN', status: 'failed' },
    `the server failed ${FAILURES} times in a row and is left alone for a while`,
    { cause },
  );
}
