import { z } from 'zod';
import { Usage } from './usage.ts';

const Row = Usage.extend({
  runs: z.int().nonnegative(),
  /** US dollars, of what has a price. */
  cost_usd: z.number().nonnegative(),
  /** Runs and other uses whose model has no price. */
  unpriced: z.int().nonnegative(),
});

/** `GET /api/v1/usage`: model calls by day (UTC), user or model. */
export const UsageReport = z
  .object({
    by: z.enum(['day', 'user', 'model']),
    from: z.iso.date(),
    to: z.iso.date(),
    data: z.array(Row.extend({ key: z.string().nullable() })),
    total: Row,
  })
  .meta({ id: 'UsageReport' });
export type UsageReport = z.infer<typeof UsageReport>;
