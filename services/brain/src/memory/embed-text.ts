import type { Tenant } from '@bakerst/contracts';
import type { Logger } from '@bakerst/kit';
import type { Embedded, Fact, Meanings, PendingVectors } from './ports.ts';

/** Whoever tells something waits no longer for its vector, which can be made up for later. */
const EMBED_MS = 3_000;

export interface EmbedTextDeps {
  readonly meanings: Meanings | undefined;
  readonly pending: Pick<PendingVectors, 'mark'>;
  readonly log: Logger;
}

/** The vector of a text that is to be kept; undefined when there is none to be had now. */
export async function embedText(
  { meanings, log }: EmbedTextDeps,
  { org, user }: Tenant,
  text: string,
): Promise<Embedded | undefined> {
  if (meanings === undefined) return undefined;
  try {
    const signal = AbortSignal.timeout(EMBED_MS);
    return (await meanings.embedder.embed([text], 'document', signal))[0];
  } catch (err) {
    log.warn({ err, orgId: org, userId: user }, 'a vector is made up for later');
    return undefined;
  }
}

/** Makes a fact known to an index that is told afterwards; when that fails it is made up for later. */
export async function tellIndex(
  { meanings, pending, log }: EmbedTextDeps,
  fact: Fact,
  embedded: Embedded | undefined,
): Promise<void> {
  if (meanings === undefined || meanings.isStoredWithFacts || embedded === undefined) return;
  try {
    const points = [{ ...embedded, fact }];
    await meanings.index.put(points);
    await pending.mark(points);
  } catch (err) {
    log.warn({ err, factId: fact.id }, 'a vector is made up for later');
  }
}
