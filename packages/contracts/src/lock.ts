import { z } from 'zod';

/** What the holder of a user's lock leaves in the bucket, for others who find it held. */
export const LockNote = z.object({
  /** Process that holds it. */
  holder: z.string(),
  /** Hash of the Idempotency-Key of the request that holds it. */
  keyHash: z.string().optional(),
});
export type LockNote = z.infer<typeof LockNote>;
