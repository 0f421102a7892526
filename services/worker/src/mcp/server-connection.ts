import type { McpServerKey } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import { McpFault, restate } from './mcp-fault.ts';
import type { McpConfig, McpConnector, McpSession } from './ports.ts';
import { toAbortFault } from './to-fault.ts';
import { whenAborted } from './when-aborted.ts';

/** One connection to a server, from its beginning until nobody uses it any more. */
export interface ServerConnection {
  /** Of the entry it was made for; undefined while that is asked for. */
  readonly revision: number | undefined;
  /** Takes no more calls; it ends with the last of those that run. */
  readonly isRetired: boolean;
  /** Resolves when nothing of it is left. Never rejects. */
  readonly ended: Promise<void>;
  /** Throws McpFault, or what opening it has thrown. Must not be called once it is retired. */
  use<Result>(signal: AbortSignal, work: (session: McpSession) => Promise<Result>): Promise<Result>;
  retire(): void;
  /** Ends it under those who still use it. */
  cut(): void;
}

interface ConnectionDeps {
  /** Reads the entry, and takes hold of the server where that is needed. */
  readonly prepare: () => Promise<McpConfig>;
  readonly connect: McpConnector;
  readonly clock: Clock;
}

interface ConnectionOptions {
  readonly server: McpServerKey;
  readonly connectMs: number;
  readonly onToolsChanged: () => void;
}

interface ConnectionState {
  revision: number | undefined;
  users: number;
  isRetired: boolean;
}

/** Begins to connect at once. */
export function openConnection(deps: ConnectionDeps, options: ConnectionOptions): ServerConnection {
  const state: ConnectionState = { revision: undefined, users: 0, isRetired: false };
  const { promise: unused, resolve: leave } = Promise.withResolvers<void>();
  const cutting = new AbortController();
  const session = open(deps, options, (revision) => {
    state.revision = revision;
  });
  const retire = (): void => {
    state.isRetired = true;
    if (state.users === 0) leave();
  };
  session.then(
    ({ closed }) => (closed.aborted ? retire() : closed.addEventListener('abort', retire)),
    retire,
  );
  return {
    get revision() {
      return state.revision;
    },
    get isRetired() {
      return state.isRetired;
    },
    ended: end(session, Promise.race([unused, whenAborted(cutting.signal)])),
    async use(signal, work) {
      state.users++;
      try {
        return await work(await unlessAborted(session, signal));
      } finally {
        state.users--;
        if (state.isRetired && state.users === 0) leave();
      }
    },
    retire,
    cut() {
      retire();
      cutting.abort();
    },
  };
}

async function open(
  { prepare, connect, clock }: ConnectionDeps,
  { server, connectMs, onToolsChanged }: ConnectionOptions,
  onConfig: (revision: number) => void,
): Promise<McpSession> {
  const late = new AbortController();
  using _timer = clock.after(connectMs, () =>
    late.abort(
      new McpFault(
        { code: 'MCP_TIMEOUT', status: 'unreached' },
        `the server was not ready within ${connectMs} ms`,
      ),
    ),
  );
  const config = await prepare();
  onConfig(config.revision);
  return await connect({ server, config, signal: late.signal, onToolsChanged });
}

async function end(session: Promise<McpSession>, unused: Promise<void>): Promise<void> {
  await unused;
  try {
    await (await session)[Symbol.asyncDispose]();
  } catch {
    // NOTE: it was never there, and whoever waited for it has been told.
  }
}

/** Others may go on waiting for the same thing. */
async function unlessAborted<Result>(
  promise: Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(notBegun(signal));
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function notBegun(signal: AbortSignal): McpFault {
  return restate(toAbortFault(signal), { status: 'unreached' });
}
