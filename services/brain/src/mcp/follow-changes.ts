import type { McpBus } from '@bakerst/bus';
import type { McpChanged, OrgId } from '@bakerst/contracts';
import type { Logger } from '@bakerst/kit';
import type { DiscoveryStore, ServerChange, ServerStore } from './ports.ts';
import type { SecretsInHand } from './secrets-in-hand.ts';

export interface FollowChangesDeps {
  readonly servers: Pick<ServerStore, 'find'>;
  readonly discoveries: Pick<DiscoveryStore, 'makeDue'>;
  readonly bus: Pick<McpBus, 'tellChanged'>;
  readonly inHand: SecretsInHand;
  /** Servers may be due. */
  readonly wake: () => void;
  readonly log: Logger;
}

/** What follows from this brain's having changed servers. */
export function tellChange(deps: FollowChangesDeps, org: OrgId, change: ServerChange): void {
  for (const server of change.changed) {
    deps.inHand.reread({ org, server });
    deps.bus.tellChanged({ org, server, what: 'config' });
  }
  deps.wake();
}

/** What follows from what others say of a server. Never throws. */
export async function hearChange(
  { servers, discoveries, inHand, wake, log }: FollowChangesDeps,
  { what, ...key }: McpChanged,
): Promise<void> {
  try {
    if (what === 'config') inHand.reread(key);
    else if (servers.find(key) !== undefined) await discoveries.makeDue(key);
    wake();
  } catch (err) {
    log.warn({ err, orgId: key.org, server: key.server }, 'change of an mcp server not followed');
  }
}

/** After the bus was away, when nothing that others changed was heard. Never throws. */
export function catchUp({ inHand, log }: Pick<FollowChangesDeps, 'inHand' | 'log'>): void {
  try {
    inHand.rereadAll();
  } catch (err) {
    log.error({ err }, 'secrets of mcp servers not read anew');
  }
}
