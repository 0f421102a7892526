import { z } from 'zod';
import { FactId } from './ids.ts';
import { boundedText, refusal } from './text.ts';

export const FactCategory = z.enum([
  'gear',
  'preferences',
  'homelab',
  'personal',
  'work',
  'general',
]);
export type FactCategory = z.infer<typeof FactCategory>;

/** A sentence that is worth remembering. */
export const FactText = boundedText({ name: 'text', maxChars: 2_000 })
  .transform((text) => text.trim().replaceAll(/\s+/g, ' '))
  .refine((text) => text !== '', { error: 'text is empty', params: refusal('INVALID_FIELD') });

export const FactView = z.object({
  id: FactId,
  text: z.string(),
  category: FactCategory,
  created_at: z.iso.datetime(),
});
export type FactView = z.infer<typeof FactView>;
