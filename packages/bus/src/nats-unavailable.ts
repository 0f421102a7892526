import { AppError } from '@bakerst/kit';
import { JetStreamApiError } from '@nats-io/jetstream';

const RETRY_AFTER_MS = 2_000;
const FULL_RETRY_AFTER_MS = 30_000;
/** Insufficient resources, storage resources exceeded, message could not be stored (ADR-7 of NATS). */
const STORAGE_CODES: ReadonlySet<number> = new Set([10_023, 10_047, 10_077]);

/** The message bus is away, silent or full: whoever asked may try again in a moment. */
export function busUnavailable(message: string, cause?: unknown): AppError {
  if (isStorageFull(cause))
    return new AppError('STORAGE_FULL', 'the disk of the message bus is full: free some space', {
      cause,
      retryAfterMs: FULL_RETRY_AFTER_MS,
    });
  return new AppError('UNAVAILABLE', `${message}; try again in a moment`, {
    cause,
    reason: 'NATS_UNAVAILABLE',
    retryAfterMs: RETRY_AFTER_MS,
  });
}

/** True for the answer of a server that has no room left. */
function isStorageFull(err: unknown): boolean {
  return err instanceof JetStreamApiError && STORAGE_CODES.has(err.code);
}
