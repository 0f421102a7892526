import { z } from 'zod';

/** What a program of the bench that measures is asked for, over its IPC channel. */
export const TimingOrder = z.object({
  type: z.literal('time'),
  /** JavaScript to be executed; its last expression is the value. */
  code: z.string(),
  /** What the value must be. */
  value: z.number(),
  count: z.int().positive(),
  /** Rest before each execution: in use they are a model's reply apart. */
  pauseMs: z.int(),
  /** Executions under way at a time. */
  atOnce: z.int().positive().default(1),
});
export type TimingOrder = z.input<typeof TimingOrder>;

/** What such a program answers, and what every program says once it is ready. */
export const ProgramReport = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('refused'), message: z.string() }),
  z.object({
    type: z.literal('timed'),
    ms: z.array(z.number()),
    /** From the beginning of the first to the end of the last. */
    totalMs: z.number(),
  }),
]);
export type ProgramReport = z.infer<typeof ProgramReport>;
