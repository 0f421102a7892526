import type { McpProblem } from '@bakerst/contracts';
import { limitOutput } from '@bakerst/kit';

/** What goes wrong with a server, by its stable name. */
export type McpFaultCode =
  | 'CANCELLED'
  | 'MCP_AUTH'
  | 'MCP_BREAKER_OPEN'
  | 'MCP_BUSY'
  | 'MCP_PROTOCOL_ERROR'
  | 'MCP_RESPONSE_TOO_LARGE'
  | 'MCP_SERVER_CRASHED'
  | 'MCP_SERVER_OFF'
  | 'MCP_TIMEOUT'
  | 'MCP_UNREACHABLE'
  | 'MCP_WORKER_GONE'
  | 'URL_NOT_ALLOWED';

/** As in McpAnswer. */
export type McpFaultStatus = 'failed' | 'unreached' | 'unknown';

/** Of a message from a server that is told on. */
const MESSAGE_MAX_CHARS = 500;

/** Those that speak against the server; it is left alone after three in a row. */
const COUNTED: ReadonlySet<McpFaultCode> = new Set([
  'MCP_AUTH',
  'MCP_PROTOCOL_ERROR',
  'MCP_SERVER_CRASHED',
  'MCP_TIMEOUT',
  'MCP_UNREACHABLE',
]);

interface FaultOptions {
  readonly cause?: unknown;
  /** The server no longer knows the session: a new one may do. */
  readonly isStale?: boolean;
  /** A well-formed refusal by the server, or our own side's doing, speaks not against it. */
  readonly isHarmless?: boolean;
}

/** A call or a connection that came to nothing; the code is the meaning. */
export class McpFault extends Error {
  override readonly name = 'McpFault';
  readonly code: McpFaultCode;
  readonly status: McpFaultStatus;
  readonly isStale: boolean;
  /** Speaks against the server. */
  readonly isCounted: boolean;

  constructor(
    { code, status }: { readonly code: McpFaultCode; readonly status: McpFaultStatus },
    message: string,
    options: FaultOptions = {},
  ) {
    super(limitOutput(message, { maxChars: MESSAGE_MAX_CHARS }), { cause: options.cause });
    this.code = code;
    this.status = status;
    this.isStale = options.isStale === true;
    this.isCounted = options.isHarmless !== true && COUNTED.has(code);
  }

  toProblem(): McpProblem {
    return { code: this.code, message: this.message };
  }
}

/** Our own side has ended the connection, under the requests that still run. */
export function connectionClosed(): McpFault {
  return new McpFault({ code: 'CANCELLED', status: 'unknown' }, 'the connection was closed');
}

/** The same fault, of which more is known. */
export function restate(
  fault: McpFault,
  { status = fault.status, message = fault.message }: Partial<McpFault>,
): McpFault {
  return new McpFault({ code: fault.code, status }, message, {
    cause: fault.cause,
    isStale: fault.isStale,
    isHarmless: !fault.isCounted,
  });
}
