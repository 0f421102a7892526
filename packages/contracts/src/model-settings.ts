import { z } from 'zod';

/** By what the model is reached; `none`: there is none. */
const ModelMode = z.enum(['offline', 'key', 'auth_token', 'base_url', 'none']);

export const ModelSettingsView = z
  .object({
    mode: ModelMode,
    /** The last four characters of the key in use; null without one. */
    key_hint: z.string().nullable(),
    /** Where that comes from: what stands in the environment counts more than what is stored. */
    source: z.enum(['environment', 'stored']),
    /** What answers now. */
    model: z.string(),
    /** What the model's server said to the credential at the last look. */
    access: z.enum(['ok', 'refused', 'unknown']),
  })
  .meta({ id: 'ModelSettings' });
export type ModelSettingsView = z.infer<typeof ModelSettingsView>;

const KEY_FORM = /^[\x21-\x7e]{8,512}$/;

/** Body of `PUT /api/v1/settings/model`. */
export const ModelSettingsWrite = z.strictObject({
  api_key: z
    .string()
    .max(600)
    .transform((key) => key.trim())
    .refine((key) => KEY_FORM.test(key), {
      error: 'api_key must be 8 to 512 characters without blanks',
    })
    .meta({ type: 'string', minLength: 8, maxLength: 512 }),
});
export type ModelSettingsWrite = z.infer<typeof ModelSettingsWrite>;
