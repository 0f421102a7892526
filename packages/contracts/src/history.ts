import { z } from 'zod';

export const HISTORY_MAX_LIMIT = 50;

/** `GET /api/v1/orgs/:org/users/:userId/history`: one entry per answered message, oldest first. */
export const HistoryPage = z.object({
  user_id: z.string(),
  entries: z.array(
    z.object({
      user_message: z.string(),
      assistant_response: z.string(),
      timestamp: z.int(),
      created_at: z.iso.datetime(),
    }),
  ),
  total_count: z.int().nonnegative(),
  limit: z.int().positive(),
  offset: z.int().nonnegative(),
});
export type HistoryPage = z.infer<typeof HistoryPage>;

/** Answer of `DELETE …/history`. */
export const HistoryCleared = z.object({ message: z.literal('User history cleared') });
export type HistoryCleared = z.infer<typeof HistoryCleared>;
