import type { McpServerKey } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';

/** A server that changes its tools one by one is told of once. */
const QUIET_MS = 500;

/** Tells of a server at most twice a second, however often it is said to have changed; the last time counts. */
export function tellChanges(
  clock: Pick<Clock, 'after'>,
  tell: (server: McpServerKey) => void,
): (server: McpServerKey) => void {
  const waiting = new Set<string>();
  return ({ org, server }) => {
    const key = `${org}/${server}`;
    if (waiting.has(key)) return;
    waiting.add(key);
    clock.after(QUIET_MS, () => {
      waiting.delete(key);
      tell({ org, server });
    });
  };
}
