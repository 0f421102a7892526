import { AppError } from '@bakerst/kit';
import type { Exchange } from './exchange.ts';
import { McpFault, restate } from './mcp-fault.ts';

/** What is known when a request has come to nothing. */
export interface Circumstances {
  readonly exchange: Pick<Exchange, 'hasLeft'>;
  /** Of whoever waits. */
  readonly signal: AbortSignal;
  /** Of the connection. */
  readonly closed: AbortSignal;
}

/** Names what a request has failed of, and whether it may have had an effect. */
export function toFault(err: unknown, { exchange, signal, closed }: Circumstances): McpFault {
  const status = exchange.hasLeft ? 'unknown' : 'unreached';
  if (err instanceof McpFault && err !== signal.reason && err !== closed.reason) return err;
  if (signal.aborted) return restate(toAbortFault(signal), { status });
  if (closed.aborted && closed.reason instanceof McpFault)
    return restate(closed.reason, { status });
  if (err instanceof AppError)
    return err.reason === 'URL_NOT_ALLOWED'
      ? new McpFault({ code: 'URL_NOT_ALLOWED', status: 'failed' }, err.message, { cause: err })
      : ownFault(err);
  if (isServersWord(err))
    return new McpFault(
      { code: 'MCP_PROTOCOL_ERROR', status: 'failed' },
      `the server refused: ${err.message}`,
      { cause: err, isHarmless: true },
    );
  if (err instanceof SyntaxError || isFromZod(err))
    return new McpFault(
      { code: 'MCP_PROTOCOL_ERROR', status },
      'the server does not answer in the words of the protocol',
      { cause: err },
    );
  return new McpFault(
    { code: 'MCP_UNREACHABLE', status },
    `the server was not reached, or broke off (${toReason(err)})`,
    { cause: err },
  );
}

/** Something on our side, a brain or the bus, gave no answer: nothing has left. */
export function ownFault(err: unknown): McpFault {
  const message = err instanceof Error ? err.message : String(err);
  return new McpFault({ code: 'MCP_UNREACHABLE', status: 'unreached' }, message, {
    cause: err,
    isHarmless: true,
  });
}

/** Why whoever waited waits no longer. */
export function toAbortFault({ reason }: AbortSignal): McpFault {
  if (reason instanceof McpFault) return reason;
  return new McpFault({ code: 'CANCELLED', status: 'unknown' }, 'the call was cancelled', {
    cause: reason,
  });
}

/** An error answer of JSON-RPC; the SDK's class of it is not loaded here. */
function isServersWord(err: unknown): err is Error {
  return err instanceof Error && err.name === 'McpError';
}

function isFromZod(err: unknown): boolean {
  return err instanceof Error && 'issues' in err;
}

function toReason(err: unknown): string {
  if (!(err instanceof Error)) return String(err);
  return 'code' in err && typeof err.code === 'string' ? err.code : err.message;
}
