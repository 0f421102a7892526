import { z } from 'zod';
import { StreamEvent } from './stream-event.ts';

/** A batch of a run's events in order (stream BAKERST_RUNS); the first has number `first`, each next one more. */
export const RunEventBatch = z.object({
  takeover: z.int().positive(),
  first: z.int().positive(),
  events: z.array(StreamEvent).min(1),
});
export type RunEventBatch = z.infer<typeof RunEventBatch>;

/** Value in the bucket of halts: work of this run must not go on. */
export const HaltNotice = z.object({ runId: z.string(), at: z.int() });
export type HaltNotice = z.infer<typeof HaltNotice>;
