import type { IncomingMessage } from 'node:http';
import { ApiError } from '../api/api-error.ts';

/** The API's own limit for messages and token counting. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** The bytes of a request; ApiError 413 as soon as they are too many, the rest is read and dropped. */
export function readBody(request: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  request.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length;
    if (sizeBytes <= maxBytes) chunks.push(chunk);
    else reject(new ApiError(413, 'Request exceeds the maximum size'));
  });
  request.on('end', () => resolve(Buffer.concat(chunks)));
  request.on('error', reject);
  return promise;
}
