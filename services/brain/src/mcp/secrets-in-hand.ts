import { StartError } from '@bakerst/kit';
import type { Secrets } from '@bakerst/kit/secrets';
import { type ServerEntry, secretsOf } from './mcp-server.ts';
import type { ServerStore } from './ports.ts';
import { isHideable } from './secret-mask.ts';

/** From now on the secrets of these servers are hidden wherever they show up. */
export function hideSecretsOf(
  secrets: Pick<Secrets, 'add'>,
  servers: readonly ServerEntry[],
): void {
  for (const secret of servers.flatMap(secretsOf)) if (isHideable(secret)) secrets.add(secret);
}

/** The same for all servers there are. Throws StartError when their secrets cannot be read. */
export function hideAllSecrets(
  secrets: Pick<Secrets, 'add'>,
  store: Pick<ServerStore, 'listAll'>,
): void {
  hideSecretsOf(secrets, listReadable(store));
}

function listReadable(store: Pick<ServerStore, 'listAll'>): ReturnType<ServerStore['listAll']> {
  try {
    return store.listAll();
  } catch (cause) {
    throw new StartError(
      'the secrets of the MCP servers cannot be read: set SECRETS_KEY to the key that they were encrypted with, or put the file secrets.key of the data directory back if it was that (docs/mcp.md tells what to do when the key is lost)',
      { cause },
    );
  }
}
