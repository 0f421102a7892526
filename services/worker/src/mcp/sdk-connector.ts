import type { Clock, Logger } from '@bakerst/kit';
import { createSecrets, secretsIn } from '@bakerst/kit/secrets';
import { type AllowedHosts, checkUrl, type ResolveAll } from '@bakerst/kit/url-guard';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { createExchanges, type Exchanges } from './exchange.ts';
import { connectionClosed, type McpFault, restate } from './mcp-fault.ts';
import type { McpConfig, McpConnecting, McpConnector, McpSession } from './ports.ts';
import { createCheckedFetch } from './sdk-fetch.ts';
import { createSdkSession, runExchange } from './sdk-session.ts';
import { logStderr } from './stderr-log.ts';
import { startStdioProcess } from './stdio-process.ts';
import { createStdioTransport } from './stdio-transport.ts';
import { toFault } from './to-fault.ts';

const CLIENT = { name: 'bakerst', version: '1' };
/** Results are read by our own rules: no schema of a server's is ever compiled. */
const NO_VALIDATOR = {
  getValidator: () => () =>
    ({ valid: false, data: undefined, errorMessage: 'not checked' }) as const,
};
/** How long a server may take to note that a session has ended. */
const GOODBYE_MS = 1_000;

export interface SdkConnectorDeps {
  readonly allowedHosts: AllowedHosts;
  readonly clock: Clock;
  readonly log: Logger;
  /** How names are resolved; the system's way unless a test says otherwise. */
  readonly resolveAll?: ResolveAll;
}

/** Connects by the official SDK, which is loaded when the first server is reached: an idle worker does not carry it. */
export function createSdkConnector(deps: SdkConnectorDeps): McpConnector {
  return async (connecting) => {
    const sdk = await loadSdk();
    const ending = new AbortController();
    const parts: ConnectionParts = {
      ...deps,
      sdk,
      exchanges: createExchanges(),
      redact: createSecrets(secretsOf(connecting.config)).redact,
      end: (fault) => ending.abort(fault),
    };
    let wire: Wire | undefined;
    try {
      wire = await openWire(parts, connecting);
      return await initialize(parts, connecting, { ...wire, closed: ending.signal });
    } catch (err) {
      const { redact } = parts;
      const { signal } = connecting;
      // Before it is closed, which would be taken for the reason.
      const fault = toConnectFault(err, { redact, signal, closed: ending.signal });
      await wire?.close();
      throw fault;
    }
  };
}

type Sdk = Awaited<ReturnType<typeof loadSdk>>;

async function loadSdk() {
  const [client, http, types] = await Promise.all([
    import('@modelcontextprotocol/sdk/client/index.js'),
    import('@modelcontextprotocol/sdk/client/streamableHttp.js'),
    import('@modelcontextprotocol/sdk/types.js'),
  ]);
  return { ...client, ...http, ...types };
}

interface ConnectionParts extends SdkConnectorDeps {
  readonly sdk: Sdk;
  readonly exchanges: Exchanges;
  readonly redact: (text: string) => string;
  /** The connection is of no more use; the first reason counts. */
  readonly end: (fault: McpFault) => void;
}

function secretsOf({ connection }: McpConfig): readonly string[] {
  if (connection.transport === 'stdio') return secretsIn(connection.env);
  return connection.authToken === undefined ? [] : [connection.authToken];
}

interface Wire {
  readonly transport: Transport;
  readonly close: () => Promise<void>;
}

async function openWire(parts: ConnectionParts, connecting: McpConnecting): Promise<Wire> {
  const { connection } = connecting.config;
  if (connection.transport === 'streamable-http') return openHttp(parts, connection);
  const { clock, log, sdk, exchanges, redact, end: onEnd } = parts;
  const process = await startStdioProcess(clock, connection);
  const { org, server } = connecting.server;
  logStderr(process.stderr, log.child({ orgId: org, server }), redact);
  const parse = sdk.JSONRPCMessageSchema.parse.bind(sdk.JSONRPCMessageSchema);
  const transport = createStdioTransport({ process, exchanges, parse, onEnd });
  return { transport, close: () => transport.close() };
}

interface HttpConnection {
  readonly url: string;
  readonly authToken?: string | undefined;
}

function openHttp(parts: ConnectionParts, { url, authToken }: HttpConnection): Wire {
  const { sdk, clock, end: onEnd } = parts;
  checkUrl(url, parts.allowedHosts);
  const transport = new sdk.StreamableHTTPClientTransport(new URL(url), {
    fetch: createCheckedFetch({ ...parts, onEnd }),
    ...(authToken !== undefined && {
      requestInit: { headers: { authorization: `Bearer ${authToken}` } },
    }),
  });
  const close = async (): Promise<void> => {
    onEnd(connectionClosed());
    const goodbye = transport.terminateSession().catch(() => undefined);
    await Promise.race([goodbye, clock.sleep(GOODBYE_MS)]);
    await transport.close();
  };
  return { transport, close };
}

interface OpenWire extends Wire {
  readonly closed: AbortSignal;
}

async function initialize(
  parts: ConnectionParts,
  { signal, onToolsChanged }: McpConnecting,
  { transport, close, closed }: OpenWire,
): Promise<McpSession> {
  const { sdk, exchanges, redact, log, end } = parts;
  const client = new sdk.Client(CLIENT, { jsonSchemaValidator: NO_VALIDATOR });
  client.onerror = (err) => log.debug({ kind: err.name }, 'mcp connection met an error');
  client.setNotificationHandler(sdk.ToolListChangedNotificationSchema, onToolsChanged);
  await runExchange({ exchanges, closed }, signal, (options) => client.connect(transport, options));
  // The SDK ends requests of a closed connection with an error as a server's; whether they had an effect nobody knows.
  client.onclose = () => end(connectionClosed());
  return createSdkSession({ client, exchanges, closed, redact, close });
}

interface FailedConnect {
  readonly redact: (text: string) => string;
  readonly signal: AbortSignal;
  readonly closed: AbortSignal;
}

/** The call for whose sake it was has not left yet; what will not pass by itself is not tried again. */
function toConnectFault(err: unknown, { redact, signal, closed }: FailedConnect): McpFault {
  const fault = toFault(err, { exchange: { hasLeft: false }, signal, closed });
  const isLasting = fault.code === 'MCP_PROTOCOL_ERROR' || fault.status === 'failed';
  const status = isLasting ? 'failed' : 'unreached';
  return restate(fault, { status, message: redact(fault.message) });
}
