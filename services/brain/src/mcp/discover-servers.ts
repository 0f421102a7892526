import type { McpBus } from '@bakerst/bus';
import { McpDiscovery } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import { hideInJson, type Secrets } from '@bakerst/kit/secrets';
import type { StoredServer } from './mcp-server.ts';
import type { DiscoveryStore, DueServer } from './ports.ts';
import type { SecretsInHand } from './secrets-in-hand.ts';

const MINUTE_MS = 60_000;
/** How long what a server has told counts as new. */
const TTL_MS = 10 * MINUTE_MS;
/** When a server is asked again that gave no answer, and one that no worker could ask. */
const RETRY_MS = MINUTE_MS;
const NO_WORKER_RETRY_MS = 5_000;
/** As long as asking may take; then another brain may. */
const CLAIM_MS = 15_000;
const LOOK_MS = 5_000;
/** Servers that one brain asks at a time. */
const AT_ONCE = 8;

export interface DiscoverDeps {
  readonly discoveries: DiscoveryStore;
  readonly bus: Pick<McpBus, 'discover'>;
  readonly secrets: Pick<Secrets, 'redact'>;
  readonly inHand: Pick<SecretsInHand, 'reread'>;
  readonly isConnected: () => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Asks a server for its tools now, and stores what it tells. A failure is an answer, and keeps the tools that are known. */
async function discoverServer(deps: DiscoverDeps, due: DueServer): Promise<McpDiscovery> {
  const { discoveries, bus, secrets, inHand, clock, log } = deps;
  const { key, revision } = due;
  // Another brain may have changed it unheard.
  inHand.reread(key);
  // A server may show what it was told: its words go into prompts and into the database.
  const told = hideInJson(McpDiscovery, await bus.discover({ ...key, revision }), secrets);
  const isNoted = await discoveries.record(due, told, clock.now() + waitAfter(told));
  const fields = { orgId: key.org, server: key.server };
  if (told.status === 'error') log.warn({ ...fields, ...told.error }, 'mcp server gave no tools');
  else if (isNoted) log.info({ ...fields, tools: told.tools.length }, 'mcp tools discovered');
  return told;
}

/** Asks all of these at once that are switched on; by their ids. */
export async function discoverAll(
  deps: DiscoverDeps,
  servers: readonly StoredServer[],
): Promise<ReadonlyMap<string, McpDiscovery>> {
  const enabled = servers.filter(({ isEnabled }) => isEnabled);
  const told = await Promise.all(
    enabled.map(async (server) => [server.id, await discoverServer(deps, server)] as const),
  );
  return new Map(told);
}

function waitAfter(told: McpDiscovery): number {
  if (told.status === 'ok') return TTL_MS;
  return told.error.code === 'MCP_NO_WORKER' ? NO_WORKER_RETRY_MS : RETRY_MS;
}

/** Keeps what is known of the servers new, behind everybody's back. */
export interface CatalogueWatch {
  /** A server may have become due. */
  wake(): void;
  /** Looks by itself from now on, until it is disposed of. */
  begin(): Disposable;
}

export function watchCatalogue(deps: DiscoverDeps): CatalogueWatch {
  const { clock, log } = deps;
  let running = 0;
  let isOn = false;
  const wake = (): void => {
    sweep().catch((err: unknown) => log.warn({ err }, 'mcp servers not looked after'));
  };
  const sweep = async (): Promise<void> => {
    const free = AT_ONCE - running;
    if (!isOn || free <= 0 || !deps.isConnected()) return;
    // Places are taken before anything is awaited: another look must not fill them too.
    running += free;
    let due: readonly DueServer[] = [];
    try {
      due = await deps.discoveries.claimDue(clock.now() + CLAIM_MS, free);
    } finally {
      running -= free - due.length;
    }
    await Promise.all(due.map(ask));
  };
  const ask = async (due: DueServer): Promise<void> => {
    try {
      if (isOn) await discoverServer(deps, due);
    } finally {
      running--;
      wake();
    }
  };
  return {
    wake,
    begin() {
      isOn = true;
      const looking = clock.every(LOOK_MS, wake);
      wake();
      return {
        [Symbol.dispose]() {
          isOn = false;
          looking[Symbol.dispose]();
        },
      };
    },
  };
}
