import type { Breaker } from './breaker.ts';
import type { EmbedderConfig } from './memory-config.ts';
import type { Embedder } from './ports.ts';
import { createPostedEmbedder } from './post-embeddings.ts';

/** Any server that speaks as OpenAI does: Ollama, vLLM, llama.cpp, LocalAI. */
export function createOpenAiEmbedder(
  config: EmbedderConfig & { readonly kind: 'openai' },
  breaker: Breaker,
): Embedder {
  return createPostedEmbedder({
    ...config,
    breaker,
    toBody: (input) => ({ input, encoding_format: 'float' }),
  });
}
