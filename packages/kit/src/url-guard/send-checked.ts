import { lookup } from 'node:dns';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { HttpMethod } from '@bakerst/contracts';
import { AppError } from '../app-error.ts';
import type { CheckedUrl } from './check-url.ts';
import { createCheckedLookup, type ResolveAll } from './checked-lookup.ts';

export interface CheckedRequest {
  readonly method: HttpMethod;
  readonly checked: CheckedUrl;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly signal: AbortSignal;
  /** Called when the request has begun to leave; an error after that does not tell whether it arrived. */
  readonly onLeft: () => void;
  /** How names are resolved; the system's way unless a test says otherwise. */
  readonly resolveAll: ResolveAll | undefined;
}

/**
 * Sends one request on a connection of its own, to addresses that were checked, and gives the answer as soon as its
 * head is there; redirects are answers. Throws what the connection failed for, and AppError AUTHORIZATION_ERROR, reason
 * URL_NOT_ALLOWED, when the name leads to an address that is not allowed, or VALIDATION_ERROR, reason INVALID_REQUEST,
 * when it cannot be put as a request at all.
 */
export async function sendChecked(request: CheckedRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = tryTo(() => open(request));
  outgoing.once('response', resolve);
  // What comes after the head is for the caller to read; an error then ends the reading.
  outgoing.on('error', reject);
  // NOTE: a 101 that nobody asked for ends a request without an answer and without an error.
  outgoing.once('close', () => reject(new Error('the connection was closed without an answer')));
  outgoing.once('socket', (socket) => {
    const connected = 'encrypted' in socket ? 'secureConnect' : 'connect';
    if (socket.connecting) socket.once(connected, request.onLeft);
    else request.onLeft();
  });
  try {
    tryTo(() => outgoing.end(request.body));
  } catch (err) {
    outgoing.destroy();
    reject(err);
  }
  return await promise;
}

/** Node refuses at once what it cannot write as a request. */
function tryTo<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (cause) {
    throw notSendable(cause);
  }
}

function notSendable(cause: unknown): AppError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AppError('VALIDATION_ERROR', `this cannot be sent as a request: ${why}`, {
    cause,
    reason: 'INVALID_REQUEST',
  });
}

function open(sent: CheckedRequest): ClientRequest {
  const { method, checked, headers, body, signal, resolveAll = lookup } = sent;
  const { url } = checked;
  const options: RequestOptions = {
    method,
    headers: {
      Accept: '*/*',
      'User-Agent': 'bakerst',
      ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }),
      ...withoutFraming(headers),
    },
    lookup: createCheckedLookup(checked, resolveAll),
    signal,
    agent: false,
  };
  // NOTE: importing node:https by name loads undici too, 16 MB that no worker needs.
  const { request } = process.getBuiltinModule(
    url.protocol === 'https:' ? 'node:https' : 'node:http',
  );
  return request(url, options);
}

/** Where a message ends, and what holds for this connection alone, is for this client to say (RFC 9110, 7.6.1). */
const FRAMING =
  /^(host|content-length|transfer-encoding|connection|expect|upgrade|trailer|te|keep-alive|proxy-connection)$/i;

function withoutFraming(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !FRAMING.test(name)));
}
