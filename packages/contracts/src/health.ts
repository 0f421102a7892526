import { z } from 'zod';

/** Which model answers: `offline` needs no account, `custom` is set by ANTHROPIC_BASE_URL. */
export const ModelKind = z.enum(['offline', 'anthropic', 'custom', 'none']);
export type ModelKind = z.infer<typeof ModelKind>;

/** What the model said to the credential at the last look; `unknown` before the first one. */
export const ModelAccess = z.enum(['ok', 'refused', 'unknown']);
export type ModelAccess = z.infer<typeof ModelAccess>;

export const HealthView = z.object({
  status: z.literal('healthy'),
  ok: z.literal(true),
  service: z.string(),
  version: z.string(),
  timestamp: z.iso.datetime(),
  model: z.object({ kind: ModelKind, name: z.string(), access: ModelAccess }),
});
export type HealthView = z.infer<typeof HealthView>;
