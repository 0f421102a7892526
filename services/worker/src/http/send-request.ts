import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { LookupFunction } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { HttpMethod } from '@bakerst/contracts';
import type { CheckedUrl } from '@bakerst/kit/url-guard';
import { createBodyReader, decoderFor } from './read-body.ts';

export interface HttpRequest {
  readonly method: HttpMethod;
  readonly checked: CheckedUrl;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly lookup: LookupFunction;
  readonly signal: AbortSignal;
  /** Called when the request has begun to leave; an error after that does not tell whether it arrived. */
  readonly onLeft: () => void;
}

export interface HttpAnswer {
  readonly status: number;
  readonly location: string | undefined;
  readonly contentType: string | undefined;
  /** As text that takes at most 1 MiB as JSON. */
  readonly body: string;
  readonly isCut: boolean;
}

/** Sends one request on a connection of its own, to the addresses that the lookup lets through, and reads the answer. */
export async function sendRequest(request: HttpRequest): Promise<HttpAnswer> {
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
  // What comes after the head is read below; an error then ends the reading.
  outgoing.on('error', () => undefined);
  return await readAnswer(incoming, request.method);
}

function open({ method, checked, headers, body, lookup, signal }: HttpRequest): ClientRequest {
  const { url } = checked;
  const options: RequestOptions = {
    method,
    headers: {
      Accept: '*/*',
      'Accept-Encoding': 'gzip, deflate, br',
      'User-Agent': 'bakerst',
      ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }),
      ...withoutFraming(headers),
    },
    lookup,
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

async function readAnswer(incoming: IncomingMessage, method: HttpMethod): Promise<HttpAnswer> {
  const { statusCode: status = 0, headers } = incoming;
  const reader = createBodyReader();
  const decoder = hasBody(method, status) ? decoderFor(headers['content-encoding']) : undefined;
  try {
    if (decoder === undefined) await pipeline(incoming, reader.sink);
    else await pipeline(incoming, decoder, reader.sink);
  } catch (err) {
    // Decoders take nothing at all for something that broke off.
    const isEmpty = incoming.complete && decoder?.bytesWritten === 0;
    // Enough was read, and the rest was not wanted.
    if (!reader.isFull() && !isEmpty) throw err;
  }
  incoming.destroy();
  const contentType = headers['content-type'];
  return { status, location: headers.location, contentType, ...reader.read(contentType) };
}

/** An answer without one may name the encoding that it would have (RFC 9110, 8.4 and 15.4.5). */
function hasBody(method: HttpMethod, status: number): boolean {
  return method !== 'HEAD' && status !== 204 && status !== 304;
}
