import { lookup } from 'node:dns';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { HttpMethod } from '@bakerst/contracts';
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
 * URL_NOT_ALLOWED, when the name leads to an address that is not allowed.
 */
export async function sendChecked(request: CheckedRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = open(request);
  outgoing.once('response', resolve);
  outgoing.once('error', reject);
  outgoing.once('socket', (socket) => {
    const connected = 'encrypted' in socket ? 'secureConnect' : 'connect';
    if (socket.connecting) socket.once(connected, request.onLeft);
    else request.onLeft();
  });
  outgoing.end(request.body);
  const incoming = await promise;
  // What comes after the head is for the caller to read; an error then ends the reading.
  outgoing.on('error', () => undefined);
  return incoming;
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

/** Where a message ends is for this client to say. */
function withoutFraming(headers: Readonly<Record<string, string>>): Record<string, string> {
  const framing = /^(host|content-length|transfer-encoding|connection|expect|upgrade)$/i;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !framing.test(name)));
}
