import type { Secrets } from '@bakerst/kit/secrets';
import type { WatchedEmbedder } from './watch-embedder.ts';

/** What is hidden from everybody else does not leave for an embedder either. */
export function hideSecrets(
  embedder: WatchedEmbedder,
  secrets: Pick<Secrets, 'redact'>,
): WatchedEmbedder {
  return {
    get isFailing() {
      return embedder.isFailing;
    },
    embed: (texts, kind, signal) => embedder.embed(texts.map(secrets.redact), kind, signal),
  };
}
