import type { PartHealth } from '@bakerst/contracts';
import type { IndexState } from './index-facts.ts';
import type { Meanings, PendingVectors } from './ports.ts';
import type { WatchedEmbedder } from './watch-embedder.ts';
import type { WatchedIndex } from './watch-index.ts';

interface MemoryHealth {
  readonly meanings:
    | (Meanings & { readonly embedder: WatchedEmbedder; readonly index: WatchedIndex })
    | undefined;
  readonly pending: Pick<PendingVectors, 'count' | 'countSetAside'>;
  /** Searches words, and vectors that are stored with their facts. */
  readonly thread: { readonly isFailing: boolean };
  readonly state: IndexState;
}

/** How the search for facts is; by words alone it is worse, and by no means down. */
export function probeMemory({ meanings, pending, thread, state }: MemoryHealth): PartHealth {
  if (thread.isFailing && meanings?.isStoredWithFacts !== true)
    return degraded('the search thread fails: words are looked up beside everything else');
  if (meanings === undefined)
    return { status: 'off', detail: 'no embedder is configured: facts are found by words alone' };
  if (meanings.embedder.isFailing)
    return degraded('the embedder fails: facts are found by words alone');
  if (thread.isFailing || meanings.index.isFailing)
    return degraded('the vectors cannot be searched: facts are found by words alone');
  const embedding = state.like?.embedding;
  if (state.other?.isAlike === false)
    return degraded(
      `another brain makes the vectors, with ${state.other.embedding}, and this one has ${embedding ?? 'another embedder'} or another place for them: configure both alike`,
    );
  const details = embedding === undefined ? [] : countFacts(pending, embedding);
  return details.length === 0 ? { status: 'ok' } : { status: 'ok', detail: details.join('; ') };
}

function countFacts(
  pending: Pick<PendingVectors, 'count' | 'countSetAside'>,
  embedding: string,
): readonly string[] {
  const [waiting, refused] = [pending.count(embedding), pending.countSetAside(embedding)];
  return [
    ...(waiting > 0 ? [`${waiting} facts wait for their vectors`] : []),
    ...(refused > 0
      ? [`the embedder refuses ${refused} facts, which are found by their words alone`]
      : []),
  ];
}

function degraded(detail: string): PartHealth {
  return { status: 'degraded', detail };
}
