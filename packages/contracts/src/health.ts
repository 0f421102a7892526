import { z } from 'zod';

/** Which model answers: `offline` needs no account, `custom` is set by ANTHROPIC_BASE_URL. */
export const ModelKind = z.enum(['offline', 'anthropic', 'custom', 'none']);
export type ModelKind = z.infer<typeof ModelKind>;

/** What the model said to the credential at the last look; `unknown` before the first one. */
export const ModelAccess = z.enum(['ok', 'refused', 'unknown']);
export type ModelAccess = z.infer<typeof ModelAccess>;

/** How a part of the system is; `off`: it is not used here. */
export const PartStatus = z.enum(['ok', 'degraded', 'down', 'off']);
export type PartStatus = z.infer<typeof PartStatus>;

const PartHealth = z.object({
  status: PartStatus,
  /** A sentence for people; holds no address and no path. */
  detail: z.string().optional(),
});
export type PartHealth = z.infer<typeof PartHealth>;

/** `GET /system/health`: each part as a probe of this moment found it, and what follows for the whole. */
export const SystemHealthView = z.object({
  status: PartStatus,
  brain: PartHealth,
  nats: PartHealth,
  qdrant: PartHealth,
  /** Search for facts: without an embedder they are found by words alone. */
  memory: PartHealth,
  db: PartHealth,
  model: PartHealth,
  workers: PartHealth,
  /** The files of prompts and personas. */
  prompts: PartHealth,
  /** Where people talk besides the page. */
  channels: PartHealth,
});
export type SystemHealthView = z.infer<typeof SystemHealthView>;

export const HealthView = z.object({
  status: z.literal('healthy'),
  ok: z.literal(true),
  service: z.string(),
  version: z.string(),
  timestamp: z.iso.datetime(),
  model: z.object({ kind: ModelKind, name: z.string(), access: ModelAccess }),
});
export type HealthView = z.infer<typeof HealthView>;
