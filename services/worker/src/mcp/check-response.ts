import type { IncomingMessage } from 'node:http';
import { McpLimits } from '@bakerst/contracts';
import { type AllowedHosts, checkUrl } from '@bakerst/kit/url-guard';
import { McpFault } from './mcp-fault.ts';

interface Origin {
  readonly from: string;
  readonly allowedHosts: AllowedHosts;
}

/**
 * A redirect within the origin is the SDK's to follow. Throws McpFault for one that leads elsewhere, and AppError
 * AUTHORIZATION_ERROR, reason URL_NOT_ALLOWED, for one to an address that is not allowed.
 */
export function checkTarget(
  { statusCode = 0, headers: { location } }: IncomingMessage,
  { from, allowedHosts }: Origin,
): void {
  if (statusCode < 300 || statusCode > 399 || location === undefined) return;
  const target = URL.parse(location, from);
  checkUrl(target?.href ?? location, allowedHosts);
  if (target?.hostname === new URL(from).hostname) return;
  throw new McpFault(
    { code: 'MCP_PROTOCOL_ERROR', status: 'failed' },
    'the server redirects to another address, where nothing is sent',
  );
}

/** Throws McpFault for an answer to a request that is no answer of MCP, or larger than is read. */
export function checkAnswer(
  { statusCode = 0, headers }: IncomingMessage,
  { hasSession }: { readonly hasSession: boolean },
): void {
  if (statusCode >= 400) throw toRefusal(statusCode, hasSession);
  if (statusCode >= 300) return;
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json' && type !== 'text/event-stream')
    throw new McpFault(
      { code: 'MCP_PROTOCOL_ERROR', status: 'unknown' },
      `the server answered with status ${statusCode} and neither JSON nor events`,
    );
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity')
    throw new McpFault(
      { code: 'MCP_PROTOCOL_ERROR', status: 'unknown' },
      'the server packs its answer, though it was asked not to',
    );
  if (Number(headers['content-length'] ?? 0) > McpLimits.answerBytes) throw tooLarge();
}

export function tooLarge(): McpFault {
  return new McpFault(
    { code: 'MCP_RESPONSE_TOO_LARGE', status: 'failed' },
    `the server answers with more than ${McpLimits.answerBytes} bytes`,
  );
}

/** What a status says of whether the request had an effect: a refusal had none, a failure may have. */
function toRefusal(status: number, hasSession: boolean): McpFault {
  const message = `the server answered with status ${status}`;
  if (status === 401 || status === 403)
    return new McpFault(
      { code: 'MCP_AUTH', status: 'failed' },
      `${message}: it wants another credential`,
    );
  // Servers that have begun anew do not know the session; some say 400 instead of 404.
  if (hasSession && (status === 404 || status === 400))
    return new McpFault({ code: 'MCP_UNREACHABLE', status: 'unreached' }, message, {
      isStale: true,
    });
  if (status === 429)
    return new McpFault({ code: 'MCP_UNREACHABLE', status: 'unreached' }, message);
  if (status < 500) return new McpFault({ code: 'MCP_PROTOCOL_ERROR', status: 'failed' }, message);
  return new McpFault({ code: 'MCP_UNREACHABLE', status: 'unknown' }, message);
}
