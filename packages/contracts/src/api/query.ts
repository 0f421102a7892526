import { z } from 'zod';
import { OrgId, UserId } from '../ids.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

/** A whole number in a query string. */
export function wholeNumber(name: string, { min, max }: { min: number; max: number }) {
  return z
    .string()
    .regex(/^\d{1,9}$/, `${name} must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .meta({ type: 'integer', pattern: undefined, minimum: min, maximum: max });
}

/** For whom a request is; its own user, when neither is named. */
export const Named = z.strictObject({ org: OrgId.optional(), user_id: UserId.optional() });
export type Named = z.output<typeof Named>;

/** Query parameters of a list: `limit` 1 to 100, `cursor` as the list itself gave it. */
export const ListQuery = Named.extend({
  limit: wholeNumber('limit', { min: 1, max: MAX_LIMIT }).default(DEFAULT_LIMIT),
  cursor: z.string().max(256).optional(),
});

/** A page of a list; `next_cursor` is null on the last one. */
export function pageOf<T extends z.ZodType>(row: T) {
  return z.object({ data: z.array(row), next_cursor: z.string().nullable() });
}

/** Yes or no in a query string. */
export const Flag = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .meta({ type: 'boolean', enum: undefined });
