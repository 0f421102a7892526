import type { Clock, Logger } from '@bakerst/kit';
import type { FactPoint, Meanings, PendingVectors } from './ports.ts';

/** How often it is looked for facts without a vector. */
const LOOK_MS = 2_000;
/** After a failure. */
const REST_MS = 15_000;
/** Facts that are embedded in one request. */
const CHUNK = 32;
/** Facts that one transaction takes their mark from. */
const UNMARKED = 1_000;
const EMBED_MS = 30_000;

interface IndexFactsDeps {
  readonly meanings: Meanings;
  readonly pending: PendingVectors;
}

/** What a process knows of its index. */
export interface IndexState {
  /** The embedder's name for its vectors, as they came last. */
  embedding: string | undefined;
}

/** Makes up for vectors that are missing, or of another embedder, until there are none; gives how many it made. */
export async function indexFacts(deps: IndexFactsDeps, state: IndexState): Promise<number> {
  const { meanings, pending } = deps;
  const { embedder, index } = meanings;
  const signal = AbortSignal.timeout(EMBED_MS);
  state.embedding ??= await prepareIndex(deps, signal);
  if (state.embedding === undefined) return 0;
  const gone = pending.listForgotten(UNMARKED);
  if (gone.length > 0) {
    await index.forget(gone);
    await pending.markForgotten(gone);
  }
  const facts = pending.list(state.embedding, CHUNK);
  if (facts.length === 0) return 0;
  const texts = facts.map(({ text }) => text);
  const embedded = await embedder.embed(texts, 'document', signal);
  const points = facts.flatMap((fact, place): FactPoint[] => {
    const found = embedded[place];
    return found === undefined ? [] : [{ ...found, fact }];
  });
  // Another embedder answers by now: its vectors are for an index that is prepared for them.
  if (points.some(({ embedding }) => embedding !== state.embedding)) {
    state.embedding = undefined;
    return 0;
  }
  await index.put(points);
  await pending.mark(points);
  return points.length;
}

/** Learns how the embedder calls its vectors, and has the index ready for them; undefined as long as nobody needs that. */
async function prepareIndex(
  { meanings: { embedder, index }, pending }: IndexFactsDeps,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!pending.hasFacts()) return undefined;
  const [like] = await embedder.embed(['words'], 'document', signal);
  if (like === undefined) return undefined;
  // What the index has lost is made up for like all that is missing.
  if (await index.prepare(like))
    for (let more = UNMARKED; more > 0; ) more = await pending.unmark(UNMARKED);
  return like.embedding;
}

interface WatchDeps extends IndexFactsDeps {
  readonly state: IndexState;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Does so in the background, beside everything else. */
export function watchVectors(deps: WatchDeps): Disposable {
  const { clock, log, state } = deps;
  let isBusy = false;
  let restUntil = 0;
  return clock.every(LOOK_MS, () => {
    if (isBusy || clock.monotonic() < restUntil) return;
    isBusy = true;
    void indexAll(deps)
      .catch((err: unknown) => {
        // What was prepared may be gone when it is there again.
        state.embedding = undefined;
        restUntil = clock.monotonic() + REST_MS;
        log.warn({ err }, 'facts not indexed yet');
      })
      .finally(() => {
        isBusy = false;
      });
  });
}

async function indexAll(deps: WatchDeps): Promise<void> {
  let count = 0;
  for (let more = 1; more > 0; count += more) more = await indexFacts(deps, deps.state);
  if (count > 0) deps.log.info({ count }, 'facts indexed');
}
