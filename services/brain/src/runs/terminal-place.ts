import type { EventPlace } from '@bakerst/contracts';
import type { RunSummary, StoredStep } from './run.ts';

/** Behind everything that can have been told. */
const LAST_N = 999_999_999;

/**
 * Place of the one event that ends the stream of a run: it follows what the last step covers. A run without steps, of
 * which retention or a halt before its beginning has left none, has its end behind everything.
 */
export function terminalPlace(
  { takeover }: Pick<RunSummary, 'takeover'>,
  steps: readonly StoredStep[],
): EventPlace {
  const last = steps.at(-1)?.covers;
  if (last === undefined || last.takeover < takeover) return { takeover, n: LAST_N };
  return { takeover: last.takeover, n: last.n + 1 };
}
