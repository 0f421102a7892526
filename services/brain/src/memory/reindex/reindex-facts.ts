import type { Embedder, Fact, FactPoint, PendingVectors, VectorIndex } from '../ports.ts';

/** Facts that are made known in one go: the system goes on beside it. */
const CHUNK = 64;
const UNMARKED = 1_000;
const EMBED_MS = 60_000;

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
  readonly pending: Pick<PendingVectors, 'mark' | 'unmark'>;
  readonly say: (line: string) => void;
}

/** Makes all facts known to the search anew, words and vectors, and says how far it is. Gives how many it did. */
export async function reindexFacts(deps: ReindexDeps): Promise<number> {
  const { progress, say } = deps;
  let place = await progress.begin();
  const total = progress.countLeft(place);
  if (place.at > 0) say('going on where an earlier pass was cut short');
  await prepare(deps);
  let done = 0;
  for (let facts = progress.list(place, CHUNK); facts.length > 0; ) {
    await putVectors(deps, facts);
    place = await progress.finishSome(place, facts);
    done += facts.length;
    say(`${done} of ${total} facts`);
    facts = progress.list(place, CHUNK);
  }
  await progress.end();
  return done;
}

async function prepare({ meanings, pending }: ReindexDeps): Promise<void> {
  const signal = AbortSignal.timeout(EMBED_MS);
  const [like] = (await meanings?.embedder.embed(['words'], 'document', signal)) ?? [];
  if (like === undefined || (await meanings?.index.prepare(like)) !== true) return;
  for (let more = UNMARKED; more > 0; ) more = await pending.unmark(UNMARKED);
}

async function putVectors(
  { meanings, pending }: ReindexDeps,
  facts: readonly Fact[],
): Promise<void> {
  if (meanings === undefined) return;
  const texts = facts.map(({ text }) => text);
  const signal = AbortSignal.timeout(EMBED_MS);
  const embedded = await meanings.embedder.embed(texts, 'document', signal);
  const points = facts.flatMap((fact, place): FactPoint[] => {
    const found = embedded[place];
    return found === undefined ? [] : [{ ...found, fact }];
  });
  await meanings.index.put(points);
  await pending.mark(points);
}
