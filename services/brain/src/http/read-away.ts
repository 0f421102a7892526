import type { Clock } from '@bakerst/kit';
import type { Request } from 'express';

interface Limit {
  readonly bytes: number;
  readonly ms: number;
}

const OF_BODIES: Limit = { bytes: 1024 * 1024, ms: 1_000 };
/** Whoever sends a file learns that it is too large, and not that the connection broke. */
const OF_UPLOADS: Limit = { bytes: 16 * 1024 * 1024, ms: 5_000 };

/**
 * Reads away what is left of the body of a refused request, so that the refusal reaches whoever is still sending it. Returns
 * when nothing is left, when there is too much of it, or when it does not come.
 */
export async function readAway(request: Request, clock: Clock): Promise<void> {
  const limit = request.is('multipart/form-data') === false ? OF_BODIES : OF_UPLOADS;
  if (request.complete || Number(request.headers['content-length'] ?? 0) > limit.bytes) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  using _alarm = clock.after(limit.ms, resolve);
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > limit.bytes) resolve();
  });
  for (const event of ['end', 'close', 'error']) request.once(event, () => resolve());
  request.resume();
  await promise;
}
