import type { StreamEvent } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';

/** Why a run gave no answer, by the last event that was heard of it; undefined when nothing more came from here. */
export function toRunError(last: StreamEvent | undefined): AppError {
  if (last?.type !== 'error')
    return new AppError('UNAVAILABLE', 'the service is restarting; the run goes on', {
      reason: 'DRAINING',
      retryAfterMs: 2_000,
    });
  const { code, message, reason, retry_after_ms: retryAfterMs } = last;
  return new AppError(code, message, {
    ...(reason !== undefined && { reason }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}
