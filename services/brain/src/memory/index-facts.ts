import type { Clock } from '@bakerst/kit';
import { embedSome, PLAIN_TEXT } from './embed-some.ts';
import type {
  Embedded,
  Fact,
  FactPoint,
  IndexLease,
  LeaseHolder,
  Meanings,
  PendingVectors,
} from './ports.ts';

/** Facts that are embedded in one request. */
const CHUNK = 32;
/** Facts that one transaction takes their mark from. */
const UNMARKED = 1_000;
const EMBED_MS = 30_000;
/** How often it is looked whether the index still is what it was made. */
const LOST_MS = 10_000;

export interface IndexFactsDeps {
  readonly meanings: Meanings;
  readonly pending: PendingVectors;
  readonly lease: IndexLease;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** What a process knows of its index. */
export interface IndexState {
  /** A vector as the embedder gave it last. */
  like: Embedded | undefined;
  /** When the index was last seen to be ready for such vectors. */
  preparedAt: number | undefined;
  /** Another brain, which makes the vectors instead of this one. */
  other: LeaseHolder | undefined;
}

export function createIndexState(): IndexState {
  return { like: undefined, preparedAt: undefined, other: undefined };
}

/**
 * Makes up for vectors that are missing, or of another embedder, until there are none; gives how many it dealt with. Of
 * several brains one does so.
 */
export async function indexFacts(deps: IndexFactsDeps, state: IndexState): Promise<number> {
  const { meanings, pending, lease } = deps;
  const signal = AbortSignal.timeout(EMBED_MS);
  if (!pending.hasFacts() && pending.listForgotten(1).length === 0) return 0;
  state.like ??= (await meanings.embedder.embed([PLAIN_TEXT], 'document', signal))[0];
  if (state.like === undefined) return 0;
  state.other = await lease.claim(state.like.embedding);
  if (state.other !== undefined) {
    state.preparedAt = undefined;
    return 0;
  }
  await prepareIndex(deps, state, state.like);
  await forgetSome(deps);
  return await embedPending(deps, state, { like: state.like, signal });
}

/** Has the index ready for vectors such as this one, also when it was lost meanwhile. */
async function prepareIndex(
  { meanings: { index }, pending, clock }: IndexFactsDeps,
  state: IndexState,
  like: Embedded,
): Promise<void> {
  const now = clock.monotonic();
  if (state.preparedAt !== undefined && now - state.preparedAt < LOST_MS) return;
  // What the index has lost is made up for like all that is missing.
  if (await index.prepare(like))
    for (let more = UNMARKED; more > 0; ) more = await pending.unmark(UNMARKED);
  state.preparedAt = now;
}

async function forgetSome({ meanings, pending }: IndexFactsDeps): Promise<void> {
  const gone = pending.listForgotten(UNMARKED);
  if (gone.length === 0) return;
  await meanings.index.forget(gone);
  await pending.markForgotten(gone);
}

async function embedPending(
  { meanings: { embedder, index }, pending }: IndexFactsDeps,
  state: IndexState,
  { like, signal }: { readonly like: Embedded; readonly signal: AbortSignal },
): Promise<number> {
  const facts = pending.list(like.embedding, CHUNK);
  if (facts.length === 0) return 0;
  const texts = facts.map(({ text }) => text);
  const { points, refused } = pair(facts, await embedSome(embedder, texts, signal));
  // Another embedder answers by now: its vectors are for an index that is prepared for them.
  if (points.some(({ embedding }) => embedding !== like.embedding)) {
    state.like = undefined;
    state.preparedAt = undefined;
    return 0;
  }
  if (refused.length > 0) await pending.setAside(like.embedding, refused);
  if (points.length > 0) await index.put(points);
  await pending.mark(points);
  return facts.length;
}

/** Facts with their vectors, and those that have none. */
export function pair(
  facts: readonly Fact[],
  embedded: readonly (Embedded | undefined)[],
): { readonly points: readonly FactPoint[]; readonly refused: readonly Fact[] } {
  const points = facts.flatMap((fact, place): FactPoint[] => {
    const found = embedded[place];
    return found === undefined ? [] : [{ ...found, fact }];
  });
  return { points, refused: facts.filter((_, place) => embedded[place] === undefined) };
}
