import type { McpServerKey } from '@bakerst/contracts';
import { StartError } from '@bakerst/kit';
import type { Secrets } from '@bakerst/kit/secrets';
import { type StoredServer, secretsOf } from './mcp-server.ts';
import type { ServerStore } from './ports.ts';
import { isHideable } from './secret-mask.ts';

type ServerSecrets = Pick<StoredServer, 'key' | 'reach'>;

/** The secrets of servers that this process hides wherever they show up: those that their entries have now. */
export interface SecretsInHand {
  /** From now on these servers have these secrets, and no others. */
  hide(servers: readonly ServerSecrets[]): void;
  /** Reads what one server has now; nothing when it is gone. */
  reread(key: McpServerKey): void;
  /** The same for all servers there are. Throws StartError when their secrets cannot be read. */
  rereadAll(): void;
}

interface SecretsInHandDeps {
  readonly secrets: Pick<Secrets, 'add' | 'remove'>;
  readonly servers: Pick<ServerStore, 'find' | 'listAll'>;
}

export function createSecretsInHand({ secrets, servers }: SecretsInHandDeps): SecretsInHand {
  const inHand = new Map<string, readonly string[]>();
  const set = (place: string, present: readonly string[]): void => {
    const before = inHand.get(place) ?? [];
    // Those that stay are never out of sight: they are added once more before they are removed.
    present.forEach(secrets.add);
    before.forEach(secrets.remove);
    if (present.length > 0) inHand.set(place, present);
    else inHand.delete(place);
  };
  const hide = (those: readonly ServerSecrets[]): void => {
    for (const server of those) set(toPlace(server.key), secretsOf(server).filter(isHideable));
  };
  return {
    hide,
    reread(key) {
      const server = servers.find(key);
      if (server === undefined) set(toPlace(key), []);
      else hide([server]);
    },
    rereadAll() {
      const present = listReadable(servers);
      const places = new Set(present.map(({ key }) => toPlace(key)));
      for (const place of inHand.keys()) if (!places.has(place)) set(place, []);
      hide(present);
    },
  };
}

function toPlace({ org, server }: McpServerKey): string {
  return JSON.stringify([org, server]);
}

function listReadable(servers: Pick<ServerStore, 'listAll'>): ReturnType<ServerStore['listAll']> {
  try {
    return servers.listAll();
  } catch (cause) {
    throw new StartError(
      'the secrets of the MCP servers cannot be read: set SECRETS_KEY to the key that they were encrypted with, or put the file secrets.key of the data directory back if it was that (docs/mcp.md tells what to do when the key is lost)',
      { cause },
    );
  }
}
