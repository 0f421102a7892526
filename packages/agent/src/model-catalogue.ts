import type { Usage } from '@bakerst/contracts';
import { z } from 'zod';

const TOKENS_PER_PRICE = 1_000_000;

/** US dollars per million tokens. */
const Prices = z.object({
  input: z.number().nonnegative(),
  output: z.number().nonnegative(),
  cache_write: z.number().nonnegative(),
  cache_read: z.number().nonnegative(),
});

const ModelEntry = z.object({
  /** For people; its id where there is none. */
  name: z.string().max(100).optional(),
  context_tokens: z.int().positive(),
  max_tokens: z.int().positive(),
  prices: Prices.optional(),
  /** Asked when this model is away. */
  fallback: z.string().optional(),
});

/** `operating_system/MODELS.json`. */
export const ModelCatalogue = z.object({
  /** Answers people. */
  agent: z.string(),
  /** Does small work, such as titles. */
  small: z.string(),
  models: z.record(z.string(), ModelEntry),
});
export type ModelCatalogue = z.infer<typeof ModelCatalogue>;

/** US dollars, or undefined for a model without a price. */
export function costOf(catalogue: ModelCatalogue, model: string, usage: Usage): number | undefined {
  const prices = catalogue.models[model]?.prices;
  if (prices === undefined) return undefined;
  const total =
    usage.input_tokens * prices.input +
    usage.output_tokens * prices.output +
    usage.cache_creation_input_tokens * prices.cache_write +
    usage.cache_read_input_tokens * prices.cache_read;
  return total / TOKENS_PER_PRICE;
}
