import { isTerminalRun } from '@bakerst/contracts';
import type { UserChanges } from '../events/ports.ts';
import type { Metrics } from './ports.ts';

/** Tells readers, and counts the runs that they are told of as ended; each is told of once, by the brain that ended it. */
export function countRuns(
  changes: UserChanges,
  metrics: Pick<Metrics, 'runEnded'>,
): UserChanges['tell'] {
  return (tenant, event) => {
    if (event.type === 'run' && isTerminalRun(event.status)) metrics.runEnded(event.status);
    changes.tell(tenant, event);
  };
}
