import { z } from 'zod';
import { refusal } from './text.ts';

/** What a user wants of the answers (BT-09); `response_language` as in ISO 639-1. */
export const Preferences = z
  .object({
    response_language: z
      .string({ error: 'Invalid response_language' })
      .refine((language) => /^[a-z]{2}$/.test(language), {
        error: 'Invalid response_language',
        params: refusal('INVALID_FIELD'),
      })
      .meta({ pattern: '^[a-z]{2}$' }),
  })
  .meta({ id: 'Preferences' });
export type Preferences = z.infer<typeof Preferences>;
