import { IDEMPOTENCY_KEY_MAX_CHARS } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { Request } from 'express';

/** The request's Idempotency-Key; throws AppError VALIDATION_ERROR for one that is empty or too long. */
export function readIdempotencyKey(request: Request): string | undefined {
  const key = request.get('Idempotency-Key');
  if (key === undefined) return undefined;
  if (key === '' || key.length > IDEMPOTENCY_KEY_MAX_CHARS)
    throw new AppError(
      'VALIDATION_ERROR',
      `Idempotency-Key must have 1 to ${IDEMPOTENCY_KEY_MAX_CHARS} characters`,
      { reason: 'INVALID_IDEMPOTENCY_KEY' },
    );
  return key;
}
