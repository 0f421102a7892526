import { z } from 'zod';

/** What the holder of a user's lock leaves in the bucket, for others who find it held. */
export const LockNote = z.object({
  /** Id of the process that holds it. */
  holder: z.string(),
  /** Where that process runs, and its number there: on the same machine one can see whether it still lives. */
  host: z.string(),
  pid: z.int(),
  /** Hash of the Idempotency-Key of the request that holds it. */
  keyHash: z.string().optional(),
  /** Id of the run that it is held for: not stored yet, it is being begun; ended, the lock is being given back. */
  runId: z.string().optional(),
});
export type LockNote = z.infer<typeof LockNote>;

/** What a lock is taken for, as far as others may know. */
export type LockPurpose = Pick<LockNote, 'keyHash' | 'runId'>;
