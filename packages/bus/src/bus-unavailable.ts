import { AppError } from '@bakerst/kit';

const RETRY_AFTER_MS = 2_000;

/** The message bus is away or silent: whoever asked may try again in a moment. */
export function busUnavailable(message: string, cause?: unknown): AppError {
  return new AppError('UNAVAILABLE', `${message}; try again in a moment`, {
    cause,
    reason: 'NATS_UNAVAILABLE',
    retryAfterMs: RETRY_AFTER_MS,
  });
}
