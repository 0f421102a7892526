import { createHash } from 'node:crypto';
import { AppError } from '@bakerst/kit';

const CURSOR = /^c(\d{1,15})$/;
const SUM_LENGTH = 8;

/** The place behind which a list goes on; throws AppError VALIDATION_ERROR, reason INVALID_CURSOR. */
export function readCursor(list: string, cursor: string | undefined): number | undefined {
  const place = readTextCursor(list, cursor, CURSOR)?.[1];
  return place === undefined ? undefined : Number(place);
}

/** The same for a place that is a text of this form: gives what its groups have taken. */
export function readTextCursor(
  list: string,
  cursor: string | undefined,
  form: RegExp,
): RegExpExecArray | undefined {
  if (cursor === undefined) return undefined;
  const place = Buffer.from(cursor, 'base64url').toString('latin1').slice(SUM_LENGTH);
  const found = form.exec(place);
  if (found !== null && toCursor(list, place) === cursor) return found;
  throw new AppError('VALIDATION_ERROR', 'the cursor is not one of this list', {
    reason: 'INVALID_CURSOR',
  });
}

interface PageParts<Found, Shown> {
  /** Name of the list: a cursor of another one is refused. */
  readonly list: string;
  readonly show: (each: Found) => Shown;
  /** A number, or a text that `readTextCursor` is given a form for. */
  readonly place: (each: Found) => number | string;
}

/** A page of what was found, with the cursor of the next one when there may be more. */
export function toPage<Found, Shown>(
  found: readonly Found[],
  limit: number,
  { list, show, place }: PageParts<Found, Shown>,
): { data: Shown[]; next_cursor: string | null } {
  const last = found.length < limit ? undefined : found.at(-1);
  return {
    data: found.map(show),
    next_cursor: last === undefined ? null : toCursor(list, toText(place(last))),
  };
}

function toText(place: number | string): string {
  return typeof place === 'number' ? `c${place}` : place;
}

/** With a sum, so that one that was mistyped or made up is told from one that was given: it is no secret and no right. */
function toCursor(list: string, place: string): string {
  const sum = createHash('sha256').update(`${list}\n${place}`).digest('base64url');
  return Buffer.from(sum.slice(0, SUM_LENGTH) + place, 'latin1').toString('base64url');
}
