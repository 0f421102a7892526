import type {
  McpAnswer,
  McpCall,
  McpConfigAnswer,
  McpDiscoverAsk,
  McpDiscovery,
  McpServerKey,
} from '@bakerst/contracts';

/** Makes calls of tools and finds out what tools there are, wherever their servers are held. */
export interface McpCaller {
  /**
   * Never throws. Ends within the call's `timeoutMs` and a little more; aborted, it ends at once and the server is told
   * that nobody waits any more.
   */
  call(call: McpCall, signal: AbortSignal): Promise<McpAnswer>;
  /** Never throws. Ends within the time of a discovery and a little more. */
  discover(ask: McpDiscoverAsk): Promise<McpDiscovery>;
}

/** How to reach a server; holds secrets, and is kept only as long as a connection to it. */
export type McpConfig = NonNullable<McpConfigAnswer['config']>;

/** Another worker holds the server. */
export interface HeldElsewhere {
  readonly status: 'elsewhere';
  /** Undefined while it cannot be told. */
  readonly workerId: string | undefined;
}

/** The servers that this worker holds itself, or may hold; none any more once disposed of. */
export interface McpHolder extends AsyncDisposable {
  /** Never throws. */
  call(call: McpCall, signal: AbortSignal): Promise<McpAnswer | HeldElsewhere>;
  /** Never throws. */
  discover(ask: McpDiscoverAsk): Promise<McpDiscovery | HeldElsewhere>;
  /** The entry was changed or removed: its connection ends once its running calls have. */
  outdate(server: McpServerKey): void;
  /**
   * The worker is about to end: lets go of what nobody uses, and of the rest as soon as nobody does. Resolves when
   * nothing is used any more, or when `late` is aborted.
   */
  drain(late: AbortSignal): Promise<void>;
}

/** What a server answered to a call, within the limits. */
export type McpReply = Extract<McpAnswer, { status: 'ok' }>;

/** The tools of a server, within the limits. */
export type McpListing = Omit<Extract<McpDiscovery, { status: 'ok' }>, 'status'>;

/** A connection to a server, after its initialization. */
export interface McpSession extends AsyncDisposable {
  /** Aborted when the connection is of no more use: its process has ended, or the server floods. */
  readonly closed: AbortSignal;
  /** Throws McpFault. Aborted, it tells the server that nobody waits any more. */
  call(call: Pick<McpCall, 'tool' | 'arguments'>, signal: AbortSignal): Promise<McpReply>;
  /** All pages. Throws McpFault. */
  listTools(signal: AbortSignal): Promise<McpListing>;
}

export interface McpConnecting {
  readonly server: McpServerKey;
  readonly config: McpConfig;
  readonly signal: AbortSignal;
  /** The server says that its tools have changed; may come at any rate. */
  readonly onToolsChanged: () => void;
}

/** Connects to a server and initializes. Throws McpFault, and leaves nothing behind then. */
export type McpConnector = (connecting: McpConnecting) => Promise<McpSession>;
