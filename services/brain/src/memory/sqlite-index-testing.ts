import { AppError, silentLogger, systemClock } from '@bakerst/kit';
import { findFacts } from './find-facts.ts';
import { createIndexState, indexFacts } from './index-facts.ts';
import type { Embedder, Meanings } from './ports.ts';
import { createQdrantVectorIndex } from './qdrant-vector-index.ts';
import { createSqliteVectorIndex } from './sqlite-fact-search.ts';
import { createSqliteIndexLease } from './sqlite-index-lease.ts';
import { GARY, type OpenedFacts, openMemory } from './sqlite-memory-testing.ts';
import { createSqlitePendingVectors } from './sqlite-pending-vectors.ts';
import { createSqliteSearchThread } from './sqlite-search-thread.ts';
import { openFakeQdrant } from './testing/open-fake-qdrant.ts';

/** Has something closed when the test is over. */
type Use = <T extends AsyncDisposable>(opened: T) => T;

export const told = (text: string) =>
  ({ text, category: 'general', source: { kind: 'user' } }) as const;

/** Knows two things only: whether a text is about films, and how many letters it has. */
export function createFilmEmbedder() {
  const state = { isAway: false, name: 'film/2', calls: 0, refuses: /^$/ };
  const embedder: Embedder = {
    async embed(texts) {
      state.calls++;
      if (state.isAway) throw new Error('away');
      if (texts.some((text) => state.refuses.test(text)))
        throw new AppError('UNAVAILABLE', 'refused', { reason: 'TEXT_REFUSED' });
      return texts.map((text) => {
        const isFilm = /film|movie/i.test(text);
        const angle = (isFilm ? 0 : Math.PI / 2) + text.length / 1_000;
        const vector = new Float32Array([Math.cos(angle), Math.sin(angle)]);
        return { vector, embedding: state.name };
      });
    },
  };
  return { state, embedder };
}

export async function openQdrant(use: Use) {
  const { state, embedder } = createFilmEmbedder();
  const server = use(await openFakeQdrant('key'));
  const index = createQdrantVectorIndex({ url: server.url, apiKey: 'key' }, (work) => work());
  const meanings = { embedder, index, isStoredWithFacts: false };
  return { server, embedder: state, ...openWith('elsewhere', () => meanings) };
}

export async function openSqlite(use: Use) {
  const { state, embedder } = createFilmEmbedder();
  const opened = openWith('here', ({ path, ...rest }) => {
    const thread = use(createSqliteSearchThread({ path, clock: systemClock, log: silentLogger }));
    const index = createSqliteVectorIndex({ ...rest, thread });
    return { embedder, index, isStoredWithFacts: true };
  });
  // On a busy machine a thread takes longer to begin than a search waits for it.
  const nothing = { vector: new Float32Array(2), embedding: 'film/2' };
  await opened.deps.meanings?.index.nearest(GARY, nothing, 1);
  return { embedder: state, ...opened };
}

function openWith(place: 'here' | 'elsewhere', createMeanings: (opened: OpenedFacts) => Meanings) {
  const opened = openMemory(place, createMeanings);
  const { deps, facts, clock } = opened;
  const { meanings } = deps;
  if (meanings === undefined) throw new Error('there are meanings');
  const where = place === 'here' ? undefined : 'qdrant';
  const pending = createSqlitePendingVectors({ ...opened, place: where });
  const lease = createSqliteIndexLease({ ...opened, self: 'brain-1', place: where });
  const state = createIndexState();
  const indexAll = async (): Promise<void> => {
    while ((await indexFacts({ meanings, pending, lease, clock }, state)) > 0);
  };
  const find = async (query: string): Promise<readonly string[]> =>
    (await findFacts(deps, GARY, { query, limit: 5 })).map(({ text }) => text);
  return { ...opened, deps: { ...deps, pending }, facts, pending, lease, indexAll, find, state };
}

export const NO_INDEX: Meanings['index'] = {
  nearest: async () => [],
  put: async () => undefined,
  forget: async () => undefined,
  prepare: async () => false,
  probe: async () => undefined,
};
