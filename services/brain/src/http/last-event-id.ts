import { type EventPlace, parseEventId } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { Request } from 'express';

/**
 * The last event that a reader who comes back has had; undefined for one who has had none, which is what the place
 * before the first event says too. Throws AppError VALIDATION_ERROR for what is no event id.
 */
export function readLastEventId(request: Request): EventPlace | undefined {
  const id = request.get('Last-Event-ID');
  if (id === undefined || id === '') return undefined;
  const place = parseEventId(id);
  if (place === undefined)
    throw new AppError('VALIDATION_ERROR', 'Last-Event-ID is not one of ours', {
      reason: 'INVALID_EVENT_ID',
    });
  return place.n === 0 ? undefined : place;
}
