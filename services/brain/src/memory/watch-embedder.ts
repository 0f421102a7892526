import { isTextRefused } from './breaker.ts';
import type { Embedder } from './ports.ts';

/** An embedder of which is known how it fared last. */
export interface WatchedEmbedder extends Embedder {
  readonly isFailing: boolean;
}

export function watchEmbedder(embedder: Embedder): WatchedEmbedder {
  let isFailing = false;
  return {
    get isFailing() {
      return isFailing;
    },
    async embed(texts, kind, signal) {
      try {
        const embedded = await embedder.embed(texts, kind, signal);
        isFailing = false;
        return embedded;
      } catch (err) {
        // One text that it does not take says nothing of the others.
        if (!isTextRefused(err)) isFailing = true;
        throw err;
      }
    },
  };
}
