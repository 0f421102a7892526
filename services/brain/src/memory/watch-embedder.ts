import type { PartHealth } from '@bakerst/contracts';
import type { Embedder, Meanings, PendingVectors } from './ports.ts';

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
        isFailing = true;
        throw err;
      }
    },
  };
}

interface MemoryHealth {
  readonly meanings: (Meanings & { readonly embedder: WatchedEmbedder }) | undefined;
  readonly pending: Pick<PendingVectors, 'count'>;
  /** The embedder's name for its vectors, when it is known. */
  readonly readEmbedding: () => string | undefined;
}

/** How the search for facts is; by words alone it is worse, and by no means down. */
export function probeMemory({ meanings, pending, readEmbedding }: MemoryHealth): PartHealth {
  if (meanings === undefined)
    return { status: 'off', detail: 'no embedder is configured: facts are found by words alone' };
  if (meanings.embedder.isFailing)
    return { status: 'degraded', detail: 'the embedder fails: facts are found by words alone' };
  const embedding = readEmbedding();
  const count = embedding === undefined ? 0 : pending.count(embedding);
  if (count === 0) return { status: 'ok' };
  return { status: 'ok', detail: `${count} facts wait for their vectors` };
}
