import type { IncomingMessage } from 'node:http';
import { HttpMethod } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import { type AllowedHosts, checkUrl, type ResolveAll, sendChecked } from '@bakerst/kit/url-guard';
import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { z } from 'zod';
import { checkAnswer, checkTarget } from './check-response.ts';
import { countAnswer, countUnasked, toStream } from './counted-body.ts';
import type { Exchange, Exchanges } from './exchange.ts';
import type { McpFault } from './mcp-fault.ts';

/** For what nobody waits for: that the client is ready, or waits no more, or goes. */
const NOTICE_MS = 5_000;
/** Of what a server tells of its own accord, over one connection, and between two of them. */
const MAX_STREAMS = 100;
const STREAM_GAP_MS = 1_000;
/** Before the stream of an answer is picked up. */
const RESUME_GAP_MS = 100;
/** Statuses whose responses have no body. */
const EMPTY: ReadonlySet<number> = new Set([204, 205, 304]);
/** All that the SDK is told of an answer; not where to ask for another credential. */
const TOLD_HEADERS = ['content-type', 'location', 'mcp-session-id'] as const;

export interface CheckedFetchDeps {
  readonly allowedHosts: AllowedHosts;
  readonly clock: Clock;
  readonly exchanges: Exchanges;
  /** How names are resolved; the system's way unless a test says otherwise. */
  readonly resolveAll?: ResolveAll | undefined;
  /** Told when the server floods: the connection is of no more use. */
  readonly onEnd: (fault: McpFault) => void;
}

/**
 * A `fetch` for the SDK: to checked addresses only, one connection each, no redirect followed by itself, every answer
 * counted while it streams. A refusal ends the request at once; what a 401 tells of other addresses is not read.
 */
export function createCheckedFetch(deps: CheckedFetchDeps): FetchLike {
  const unasked = countUnasked(deps.onEnd);
  const listening = { streams: 0 };
  return async (url, init = {}) => {
    const sent = readSent(init);
    const { method, headers, body } = sent;
    const exchange = isOfRequest(sent) ? current(deps.exchanges) : undefined;
    if (method === 'GET' && !(await mayListen(deps, exchange, listening))) return noStream();
    const incoming = await sendChecked({
      method,
      checked: checkUrl(String(url), deps.allowedHosts),
      headers: { ...Object.fromEntries(headers), 'accept-encoding': 'identity' },
      body,
      signal: AbortSignal.any([...ownLimits(deps, method, exchange), ...sent.signals]),
      onLeft: () => {
        if (exchange !== undefined) exchange.hasLeft = true;
      },
      resolveAll: deps.resolveAll,
    });
    check(deps, incoming, { ...sent, from: String(url), isRequest: exchange !== undefined });
    if (method === 'GET' && !isStream(incoming)) {
      incoming.destroy();
      return noStream();
    }
    const counter = exchange === undefined ? unasked : countAnswer(exchange, deps.clock);
    return toResponse(incoming, toStream(incoming, counter));
  };
}

/**
 * A server may say how soon a stream is to be opened again when it ends, at once for instance, and the SDK obeys for
 * ever: it is made to wait, and, unless an answer is waited for, to give up in the end. A stream of the connection as a
 * whole may be picked up by the number of its last event, too: only a request that still runs makes it another one.
 */
async function mayListen(
  { clock }: CheckedFetchDeps,
  exchange: Exchange | undefined,
  listening: { streams: number },
): Promise<boolean> {
  if (exchange !== undefined) {
    await clock.sleep(RESUME_GAP_MS, exchange.over);
    return true;
  }
  listening.streams++;
  if (listening.streams > MAX_STREAMS) return false;
  if (listening.streams > 1) await clock.sleep(STREAM_GAP_MS);
  return true;
}

/** As servers say it that have nothing to tell of their own accord. */
function noStream(): Response {
  return new Response(null, { status: 405 });
}

function isStream({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.toLowerCase().startsWith('text/event-stream') === true;
}

interface Sent {
  readonly method: HttpMethod;
  readonly headers: Headers;
  readonly body: string | undefined;
  readonly signals: readonly AbortSignal[];
}

function readSent({ method, headers, body, signal }: RequestInit): Sent {
  return {
    method: HttpMethod.parse(method ?? 'GET'),
    headers: new Headers(headers),
    body: typeof body === 'string' ? body : undefined,
    signals: signal ? [signal] : [],
  };
}

interface Checked extends Sent {
  readonly from: string;
  readonly isRequest: boolean;
}

function check(
  { allowedHosts }: CheckedFetchDeps,
  incoming: IncomingMessage,
  { from, isRequest, method, headers }: Checked,
): void {
  try {
    checkTarget(incoming, { from, allowedHosts });
    if (isRequest && method === 'POST')
      checkAnswer(incoming, { hasSession: headers.has('mcp-session-id') });
  } catch (err) {
    incoming.destroy();
    throw err;
  }
}

const Request = z.object({ method: z.string(), id: z.union([z.string(), z.number()]) });

/** Carries a request, or picks up the stream of its answer; the rest is for the connection as a whole. */
function isOfRequest({ method, headers, body }: Sent): boolean {
  if (method === 'GET') return headers.has('last-event-id');
  return body !== undefined && Request.safeParse(JSON.parse(body)).success;
}

/** A stream of the connection as a whole is opened, and picked up, in the course of its first request. */
function current(exchanges: Exchanges): Exchange | undefined {
  const exchange = exchanges.current();
  return exchange?.over.aborted === true ? undefined : exchange;
}

function ownLimits(
  { clock }: CheckedFetchDeps,
  method: HttpMethod,
  exchange: Exchange | undefined,
): readonly AbortSignal[] {
  if (exchange !== undefined) return [exchange.over];
  if (method === 'GET') return [];
  const late = new AbortController();
  clock.after(NOTICE_MS, () => late.abort(new Error(`not taken within ${NOTICE_MS} ms`)));
  return [late.signal];
}

function toResponse(incoming: IncomingMessage, body: ReadableStream<Uint8Array>): Response {
  const { statusCode: status = 0 } = incoming;
  const headers = new Headers();
  for (const name of TOLD_HEADERS) {
    const value = incoming.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  if (EMPTY.has(status)) incoming.resume();
  return new Response(EMPTY.has(status) ? null : body, { status, headers });
}
