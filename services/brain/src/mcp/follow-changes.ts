import type { McpBus } from '@bakerst/bus';
import type { McpChanged, OrgId } from '@bakerst/contracts';
import type { Logger } from '@bakerst/kit';
import type { Secrets } from '@bakerst/kit/secrets';
import type { DiscoveryStore, ServerChange, ServerStore } from './ports.ts';
import { hideSecretsOf } from './secrets-in-hand.ts';

export interface FollowChangesDeps {
  readonly servers: Pick<ServerStore, 'find'>;
  readonly discoveries: Pick<DiscoveryStore, 'makeDue'>;
  readonly bus: Pick<McpBus, 'tellChanged'>;
  readonly secrets: Pick<Secrets, 'add'>;
  /** Servers may be due. */
  readonly wake: () => void;
  readonly log: Logger;
}

/** What follows from this brain's having changed servers. */
export function tellChange(deps: FollowChangesDeps, org: OrgId, change: ServerChange): void {
  hideSecretsOf(deps.secrets, change.servers);
  for (const server of change.changed) deps.bus.tellChanged({ org, server, what: 'config' });
  deps.wake();
}

/** What follows from what others say of a server. Never throws. */
export async function hearChange(
  { servers, discoveries, secrets, wake, log }: FollowChangesDeps,
  { what, ...key }: McpChanged,
): Promise<void> {
  try {
    const server = servers.find(key);
    if (server === undefined) return;
    if (what === 'config') hideSecretsOf(secrets, [server]);
    else await discoveries.makeDue(key);
    wake();
  } catch (err) {
    log.warn({ err, orgId: key.org, server: key.server }, 'change of an mcp server not followed');
  }
}
