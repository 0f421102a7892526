import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/** How a request ended: `aborted` by the client, `cut` by this server (a scripted fault, or its own end). */
export type Outcome = 'open' | 'answered' | 'aborted' | 'cut';

/** A `POST /v1/messages` as it came in, refused ones included. */
export interface ReceivedRequest {
  /** Its place among all that came in, from 0. */
  readonly index: number;
  /** When its last byte was read, epoch ms. */
  readonly receivedAt: number;
  /** Lower-case names; without the key. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body exactly as received. */
  readonly rawBody: string;
  /** The body as JSON; undefined when it is none. */
  readonly body: unknown;
  readonly outcome: Outcome;
  /** Status of the answer; undefined before its headers are sent. */
  readonly status: number | undefined;
}

/** A request and its answer, as node:http hands them out. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Content {
  readonly index: number;
  readonly rawBody: string;
}

const SECRETS = new Set(['authorization', 'x-api-key']);

class CutError extends Error {
  override readonly name = 'CutError';
}

/** Ends the connection without ending the answer. */
export function cutOff(response: ServerResponse): void {
  response.destroy(new CutError('cut off by the model server'));
}

/** A view of the exchange that stays true until its answer has ended. */
export function toReceivedRequest(
  { request, response }: Exchange,
  { index, rawBody }: Content,
): ReceivedRequest {
  return {
    index,
    receivedAt: Date.now(),
    headers: withoutKey(request.headers),
    rawBody,
    body: parseJson(rawBody),
    get outcome() {
      if (response.writableFinished) return 'answered';
      if (response.errored instanceof CutError) return 'cut';
      return response.destroyed ? 'aborted' : 'open';
    },
    get status() {
      return response.headersSent ? response.statusCode : undefined;
    },
  };
}

function withoutKey(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const kept = Object.entries(headers).filter(([name]) => !SECRETS.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the caller refuses it, the log keeps the bytes.
    return undefined;
  }
}
