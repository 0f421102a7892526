import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { HttpMethod } from '@bakerst/contracts';
import { createBodyReader, decoderFor } from './read-body.ts';

/** What `decoderFor` can unpack, as a request says it. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  /** As text that takes at most 1 MiB as JSON. */
  readonly body: string;
  readonly isCut: boolean;
}

/** Reads the answer to a request of this method; when its time is over, what came until then is the answer. */
export async function readAnswer(
  incoming: IncomingMessage,
  method: HttpMethod,
  timeout: AbortSignal,
): Promise<HttpAnswer> {
  const { statusCode: status = 0, headers } = incoming;
  const reader = createBodyReader();
  const decoder = hasBody(method, status) ? decoderFor(headers['content-encoding']) : undefined;
  let isBrokenOff = false;
  try {
    if (decoder === undefined) await pipeline(incoming, reader.sink);
    else await pipeline(incoming, decoder, reader.sink);
  } catch (err) {
    // Decoders take nothing at all for something that broke off.
    const isEmpty = incoming.complete && decoder?.bytesWritten === 0;
    // Enough was read, and the rest was not wanted or not waited for.
    isBrokenOff = timeout.aborted;
    if (!reader.isFull() && !isEmpty && !isBrokenOff) throw err;
  }
  incoming.destroy();
  const contentType = headers['content-type'];
  return { status, contentType, ...reader.read(contentType, isBrokenOff) };
}

/** An answer without one may name the encoding that it would have (RFC 9110, 8.4 and 15.4.5). */
function hasBody(method: HttpMethod, status: number): boolean {
  return method !== 'HEAD' && status !== 204 && status !== 304;
}
