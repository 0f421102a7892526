import type { LockAttempt, UserLock } from '@bakerst/bus';
import { McpLimits, type McpServerKey } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import { McpFault } from './mcp-fault.ts';
import type { McpConfig, McpConnector, McpSession } from './ports.ts';
import { openConnection, type ServerConnection } from './server-connection.ts';

/** Passes work on as long as the server is worth it. Throws McpFault MCP_BREAKER_OPEN when it is not. */
export type Breaker = <Result>(work: () => Promise<Result>) => Promise<Result>;

export interface SlotDeps {
  /** Asks a brain; null for a server that is not there, or off. Throws when none answers. */
  readonly readConfig: (server: McpServerKey) => Promise<McpConfig | null>;
  /** Tries once to become the worker that serves a server. Throws when the bus cannot say. */
  readonly acquireLease: (server: McpServerKey) => Promise<LockAttempt>;
  readonly connect: McpConnector;
  /** The server says that its tools have changed; may come at any rate. */
  readonly onToolsChanged: (server: McpServerKey) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Thrown when another worker serves the server. */
export class ElsewhereError extends Error {
  override readonly name = 'ElsewhereError';
  readonly workerId: string | undefined;

  constructor(workerId: string | undefined) {
    super('another worker holds this server');
    this.workerId = workerId;
  }
}

/** What a worker has in hand of one server: the hold on it, and its connections. */
export interface ServerSlot extends AsyncDisposable {
  /** Nothing is in hand. */
  isEmpty(): boolean;
  /**
   * Works with a connection of at least this revision, opened first if need be. Throws McpFault, ElsewhereError, or what
   * the ports throw.
   */
  use<Result>(use: {
    readonly revision: number;
    readonly signal: AbortSignal;
    readonly work: (session: McpSession) => Promise<Result>;
  }): Promise<Result>;
  /** The present connection takes no more calls, and ends with its running ones. */
  retire(): void;
}

export function createServerSlot(deps: SlotDeps, server: McpServerKey): ServerSlot {
  const connections = new Set<ServerConnection>();
  const lease = createLease(deps, server, () => {
    for (const each of connections) each.cut();
  });
  let current: ServerConnection | undefined;
  const open = (): ServerConnection => {
    const connection = openConnection(
      { ...deps, prepare: () => prepare(deps, server, lease) },
      {
        server,
        connectMs: McpLimits.discoveryMs,
        onToolsChanged: () => deps.onToolsChanged(server),
      },
    );
    connections.add(connection);
    void connection.ended.then(async () => {
      connections.delete(connection);
      if (connections.size === 0) await lease.release();
    });
    return connection;
  };
  return {
    isEmpty: () => connections.size === 0,
    async use({ revision, signal, work }) {
      if (current === undefined || isOutdated(current, revision)) {
        current?.retire();
        current = open();
      }
      return await current.use(signal, work);
    },
    retire() {
      current?.retire();
      current = undefined;
    },
    async [Symbol.asyncDispose]() {
      current?.retire();
      await Promise.all([...connections].map(({ ended }) => ended));
      await lease.release();
    },
  };
}

function isOutdated({ isRetired, revision }: ServerConnection, asked: number): boolean {
  return isRetired || (revision !== undefined && revision < asked);
}

async function prepare(deps: SlotDeps, server: McpServerKey, lease: Lease): Promise<McpConfig> {
  const config = await deps.readConfig(server);
  if (config === null)
    throw new McpFault(
      { code: 'MCP_SERVER_OFF', status: 'failed' },
      `there is no server "${server.server}", or it is switched off`,
    );
  if (!config.stateless) await lease.take();
  return config;
}

interface Lease {
  /** Throws ElsewhereError when another worker has it. */
  take(): Promise<void>;
  release(): Promise<void>;
}

/** One hold for all connections of a server that there are at a time. */
function createLease(
  { acquireLease, log }: SlotDeps,
  server: McpServerKey,
  onLost: () => void,
): Lease {
  let taking: Promise<UserLock> | undefined;
  let releasing = Promise.resolve();
  const take = async (): Promise<UserLock> => {
    const attempt = await acquireLease(server);
    if (!attempt.won) throw new ElsewhereError(attempt.note?.holder);
    const { lost } = attempt.lock;
    lost.addEventListener('abort', () => {
      log.warn({ orgId: server.org, server: server.server }, 'mcp server lost to another worker');
      taking = undefined;
      onLost();
    });
    return attempt.lock;
  };
  return {
    async take() {
      taking ??= take();
      try {
        await taking;
      } catch (err) {
        taking = undefined;
        throw err;
      }
    },
    async release() {
      const held = taking;
      taking = undefined;
      if (held !== undefined)
        releasing = held.then(
          (lock) => lock.release(),
          () => undefined,
        );
      await releasing;
    },
  };
}
