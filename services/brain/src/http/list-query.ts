import { AppError } from '@bakerst/kit';
import { z } from 'zod';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;
const CURSOR = /^c(\d{1,15})$/;

/** Query parameters of a list: `limit` 1 to 100, `cursor` as the list itself gave it. */
export const ListQuery = {
  limit: z
    .string()
    .regex(/^\d{1,3}$/, `limit must be a whole number from 1 to ${MAX_LIMIT}`)
    .transform(Number)
    .pipe(z.int().min(1).max(MAX_LIMIT))
    .default(DEFAULT_LIMIT),
  cursor: z.string().max(64).optional(),
};

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
