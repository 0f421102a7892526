import { z } from 'zod';

/** A way to answer, from `operating_system/personas`. */
export const PersonaView = z
  .object({
    name: z.string(),
    /** A sentence for whoever chooses; null where its file has none. */
    description: z.string().nullable(),
    /** The model that answers unless another one is chosen; null for the usual one. */
    model: z.string().nullable(),
    /** The only tools that it may use; null for all. */
    tools: z.array(z.string()).nullable(),
  })
  .meta({ id: 'Persona' });
export type PersonaView = z.infer<typeof PersonaView>;

export const PersonasView = z.object({ data: z.array(PersonaView) });
export type PersonasView = z.infer<typeof PersonasView>;

export const ModelView = z
  .object({
    id: z.string(),
    name: z.string(),
    context_tokens: z.int().positive(),
    max_tokens: z.int().positive(),
    /** It answers unless another one is chosen. */
    is_default: z.boolean(),
  })
  .meta({ id: 'Model' });
export type ModelView = z.infer<typeof ModelView>;

/** `GET /api/v1/models`: the models that can be chosen here. */
export const ModelsView = z.object({
  data: z.array(ModelView),
  /** True while the model answers that needs no account. */
  offline: z.boolean(),
});
export type ModelsView = z.infer<typeof ModelsView>;
