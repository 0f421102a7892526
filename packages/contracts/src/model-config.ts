import { z } from 'zod';

/**
 * What a worker needs to run a sub-agent, answered by a brain on request and kept nowhere: the credential lies in no
 * stream and in no job.
 */
export const ModelConfig = z.object({
  connection: z.object({
    apiKey: z.string().optional(),
    authToken: z.string().optional(),
    baseUrl: z.string().optional(),
  }),
  model: z.string(),
  maxTokens: z.int().positive(),
  maxTurns: z.int().positive(),
  /** Text of MODELS.json, for fallbacks and prices. */
  catalogue: z.string(),
  /** SOUL.md and WORKER.md. */
  systemPrompt: z.string(),
});
export type ModelConfig = z.infer<typeof ModelConfig>;
