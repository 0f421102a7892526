import { z } from 'zod';
import { OrgId, UserId } from './ids.ts';
import { StreamEvent } from './stream-event.ts';
import { UserEvent } from './user-event.ts';

/** A batch of a run's events in order (stream BAKERST_RUNS); the first has number `first`, each next one more. */
export const RunEventBatch = z.object({
  takeover: z.int().positive(),
  first: z.int().positive(),
  events: z.array(StreamEvent).min(1),
});
export type RunEventBatch = z.infer<typeof RunEventBatch>;

/** Value in the bucket of halts: work of this run, or this job, must not go on. */
export const HaltNotice = z.object({
  kind: z.enum(['run', 'job']),
  id: z.string(),
  at: z.int(),
});
export type HaltNotice = z.infer<typeof HaltNotice>;

/** What one brain tells the others: something of this user has changed (subject `bakerst.changes`). */
export const UserChange = z.object({
  /** The brain that tells it, which has shown it to its own readers already. */
  from: z.string(),
  org: OrgId,
  user: UserId,
  event: UserEvent,
});
export type UserChange = z.infer<typeof UserChange>;
