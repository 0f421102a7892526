import type { Breaker } from './breaker.ts';
import type { EmbedderConfig } from './memory-config.ts';
import type { Embedder } from './ports.ts';
import { createPostedEmbedder } from './post-embeddings.ts';

/** Voyage tells texts that are kept from texts that are looked for. */
export function createVoyageEmbedder(
  config: EmbedderConfig & { readonly kind: 'voyage' },
  breaker: Breaker,
): Embedder {
  return createPostedEmbedder({
    ...config,
    breaker,
    toBody: (input, input_type) => ({ input, input_type, truncation: true }),
  });
}
