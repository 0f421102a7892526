import { AppError } from '@bakerst/kit';

const CURSOR = /^c(\d{1,15})$/;

/** The place behind which a list goes on; throws AppError VALIDATION_ERROR, reason INVALID_CURSOR. */
export function readCursor(cursor: string | undefined): number | undefined {
  const place = readTextCursor(cursor, CURSOR)?.[1];
  return place === undefined ? undefined : Number(place);
}

/** The same for a place that is a text of this form: gives what its groups have taken. */
export function readTextCursor(
  cursor: string | undefined,
  form: RegExp,
): RegExpExecArray | undefined {
  if (cursor === undefined) return undefined;
  const found = form.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (found !== null) return found;
  throw new AppError('VALIDATION_ERROR', 'the cursor is not one of ours', {
    reason: 'INVALID_CURSOR',
  });
}

interface PageParts<Found, Shown> {
  readonly show: (each: Found) => Shown;
  /** A number, or a text that `readTextCursor` is given a form for. */
  readonly place: (each: Found) => number | string;
}

/** A page of what was found, with the cursor of the next one when there may be more. */
export function toPage<Found, Shown>(
  found: readonly Found[],
  limit: number,
  { show, place }: PageParts<Found, Shown>,
): { data: Shown[]; next_cursor: string | null } {
  const last = found.length < limit ? undefined : found.at(-1);
  return {
    data: found.map(show),
    next_cursor: last === undefined ? null : toCursor(place(last)),
  };
}

function toCursor(place: number | string): string {
  const text = typeof place === 'number' ? `c${place}` : place;
  return Buffer.from(text, 'latin1').toString('base64url');
}
