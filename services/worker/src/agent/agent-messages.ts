import { JobOutcome, ModelConfig, SandboxEnvelope } from '@bakerst/contracts';
import { z } from 'zod';

/** What a worker tells the process of an agent. */
export const ToAgent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('order'),
    config: ModelConfig,
    job: z.string(),
    /** Stand in every line of its log. */
    fields: z.object({ jobId: z.string(), requestId: z.string() }),
    logLevel: z.string(),
  }),
  z.object({ type: z.literal('code_ended'), call: z.int(), envelope: SandboxEnvelope }),
]);
export type ToAgent = z.infer<typeof ToAgent>;

/** What the process of an agent tells its worker. */
export const FromAgent = z.discriminatedUnion('type', [
  /** The model wants code to be run; it may ask for several at a time. */
  z.object({ type: z.literal('run_code'), call: z.int(), source: z.string() }),
  z.object({ type: z.literal('ended'), outcome: JobOutcome }),
]);
export type FromAgent = z.infer<typeof FromAgent>;
