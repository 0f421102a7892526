import { isTextRefused } from './breaker.ts';
import type { Embedded, Embedder } from './ports.ts';

/** A text that no embedder has a reason to refuse. */
export const PLAIN_TEXT = 'words';

/**
 * The vectors of texts that are kept, in their order; undefined for those that the embedder refuses, which hold up none of
 * the others. Throws as the embedder does, also when it refuses everything.
 */
export async function embedSome(
  embedder: Embedder,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<readonly (Embedded | undefined)[]> {
  const found = await embedHalves(embedder, texts, signal);
  // Where plain words are refused too it is not for what the texts say.
  if (found.includes(undefined)) await embedder.embed([PLAIN_TEXT], 'document', signal);
  return found;
}

async function embedHalves(
  embedder: Embedder,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<readonly (Embedded | undefined)[]> {
  try {
    return await embedder.embed(texts, 'document', signal);
  } catch (err) {
    if (!isTextRefused(err)) throw err;
    if (texts.length <= 1) return texts.map(() => undefined);
    const half = Math.ceil(texts.length / 2);
    return [
      ...(await embedHalves(embedder, texts.slice(0, half), signal)),
      ...(await embedHalves(embedder, texts.slice(half), signal)),
    ];
  }
}
