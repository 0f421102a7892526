import { AppError, type Clock } from '@bakerst/kit';
import { embedSome, PLAIN_TEXT } from '../embed-some.ts';
import { pair } from '../index-facts.ts';
import type { Embedder, Fact, IndexLease, PendingVectors, VectorIndex } from '../ports.ts';

/** Facts that are made known in one go: the system goes on beside it. */
const CHUNK = 64;
const UNMARKED = 1_000;
const EMBED_MS = 60_000;
/** How often, and how long at most, an embedder is waited for that asks to be left alone. */
const MOST_WAITS = 5;
const MAX_WAIT_MS = 60_000;

/** How far a pass through all facts has come; it is on record, so that one that was cut short goes on. */
export interface ReindexProgress {
  /** Begins a pass, or finds the one that was begun. */
  begin(): Promise<ReindexPlace>;
  /** Facts that hold, of the part that is left. */
  list(place: ReindexPlace, limit: number): readonly Fact[];
  countLeft(place: ReindexPlace): number;
  /** Makes the words of these known anew and notes that they are done. */
  finishSome(place: ReindexPlace, facts: readonly Fact[]): Promise<ReindexPlace>;
  end(): Promise<void>;
}

export interface ReindexPlace {
  /** Of the last fact that is done. */
  readonly at: number;
  /** Of the newest fact when the pass began; later ones are made known as they come. */
  readonly upTo: number;
}

export interface ReindexDeps {
  readonly progress: ReindexProgress;
  /** Undefined: words alone. */
  readonly meanings:
    | { readonly embedder: Embedder; readonly index: Omit<VectorIndex, 'nearest'> }
    | undefined;
  readonly pending: Pick<PendingVectors, 'mark' | 'unmark' | 'setAside' | 'retrySetAside'>;
  readonly lease: Pick<IndexLease, 'findOther'>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly say: (line: string) => void;
}

/**
 * Makes all facts known to the search anew, words and vectors, and says how far it is. Gives how many it did. Throws
 * AppError CONFLICT when a running brain makes other vectors, and whatever the embedder or the index throws.
 */
export async function reindexFacts(deps: ReindexDeps): Promise<number> {
  const { progress, say } = deps;
  await prepare(deps);
  let place = await progress.begin();
  const total = progress.countLeft(place);
  if (place.at > 0) say('going on where an earlier pass was cut short');
  // What was refused may be taken by now.
  else await deps.pending.retrySetAside();
  let done = 0;
  for (let facts = progress.list(place, CHUNK); facts.length > 0; ) {
    const refused = await putVectors(deps, facts);
    place = await progress.finishSome(place, facts);
    done += facts.length;
    const aside = refused > 0 ? `, ${refused} refused by the embedder: found by words alone` : '';
    say(`${done} of ${total} facts${aside}`);
    facts = progress.list(place, CHUNK);
  }
  await progress.end();
  return done;
}

async function prepare(deps: ReindexDeps): Promise<void> {
  const { meanings, pending, lease } = deps;
  if (meanings === undefined) return;
  const [like] = await waitPatiently(deps, (signal) =>
    meanings.embedder.embed([PLAIN_TEXT], 'document', signal),
  );
  if (like === undefined) return;
  const other = lease.findOther(like.embedding);
  if (other?.isAlike === false)
    throw new AppError(
      'CONFLICT',
      `a running brain makes vectors with ${other.embedding} and would replace those of ${like.embedding}: configure both alike`,
    );
  if (!(await meanings.index.prepare(like))) return;
  for (let more = UNMARKED; more > 0; ) more = await pending.unmark(UNMARKED);
}

/** Gives how many the embedder refuses. */
async function putVectors(deps: ReindexDeps, facts: readonly Fact[]): Promise<number> {
  const { meanings, pending } = deps;
  if (meanings === undefined) return 0;
  const texts = facts.map(({ text }) => text);
  const embedded = await waitPatiently(deps, (signal) =>
    embedSome(meanings.embedder, texts, signal),
  );
  const { points, refused } = pair(facts, embedded);
  const embedding = points[0]?.embedding;
  if (points.length > 0) await meanings.index.put(points);
  await pending.mark(points);
  if (embedding !== undefined) await pending.setAside(embedding, refused);
  return refused.length;
}

async function waitPatiently<T>(
  { clock, say }: ReindexDeps,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  for (let waits = 0; ; waits++)
    try {
      return await work(AbortSignal.timeout(EMBED_MS));
    } catch (err) {
      const waitMs = err instanceof AppError ? err.retryAfterMs : undefined;
      if (waitMs === undefined || waitMs > MAX_WAIT_MS || waits === MOST_WAITS) throw err;
      say(`waiting ${Math.ceil(waitMs / 1_000)} s, as the embedder asks`);
      await clock.sleep(waitMs);
    }
}
