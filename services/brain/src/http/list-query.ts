import { AppError } from '@bakerst/kit';

const CURSOR = /^c(\d{1,15})$/;

/** The place behind which a list goes on; throws AppError VALIDATION_ERROR, reason INVALID_CURSOR. */
export function readCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const place = CURSOR.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1];
  if (place !== undefined) return Number(place);
  throw new AppError('VALIDATION_ERROR', 'the cursor is not one of ours', {
    reason: 'INVALID_CURSOR',
  });
}

/** A page of what was found, with the cursor of the next one when there may be more. */
export function toPage<Found, Shown>(
  found: readonly Found[],
  limit: number,
  { show, place }: { show: (each: Found) => Shown; place: (each: Found) => number },
): { data: Shown[]; next_cursor: string | null } {
  const last = found.length < limit ? undefined : found.at(-1);
  return {
    data: found.map(show),
    next_cursor:
      last === undefined ? null : Buffer.from(`c${place(last)}`, 'latin1').toString('base64url'),
  };
}
