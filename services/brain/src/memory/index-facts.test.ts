import { silentLogger, systemClock } from '@bakerst/kit';
import { expect, onTestFinished, test } from 'vitest';
import { correctFact } from './correct-fact.ts';
import { findFacts } from './find-facts.ts';
import { type IndexState, indexFacts } from './index-facts.ts';
import type { Embedder, Meanings } from './ports.ts';
import { createQdrantVectorIndex } from './qdrant-vector-index.ts';
import { createSqliteVectorIndex } from './sqlite-fact-search.ts';
import { GARY, type OpenedFacts, openMemory } from './sqlite-memory-testing.ts';
import { createSqlitePendingVectors } from './sqlite-pending-vectors.ts';
import { createSqliteSearchThread } from './sqlite-search-thread.ts';
import { storeFact } from './store-fact.ts';
import { openFakeQdrant } from './testing/open-fake-qdrant.ts';

const source = { kind: 'user' } as const;
const told = (text: string) => ({ text, category: 'general', source }) as const;

/** Knows two things only: whether a text is about films, and how many letters it has. */
function createFilmEmbedder() {
  const state = { isAway: false, name: 'film/2', calls: 0 };
  const embedder: Embedder = {
    async embed(texts) {
      state.calls++;
      if (state.isAway) throw new Error('away');
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

async function openQdrant() {
  const { state, embedder } = createFilmEmbedder();
  const server = await openFakeQdrant('key');
  onTestFinished(() => server[Symbol.asyncDispose]());
  const index = createQdrantVectorIndex({ url: server.url, apiKey: 'key' }, (work) => work());
  const meanings = { embedder, index, isStoredWithFacts: false };
  return { server, embedder: state, ...openWith('elsewhere', () => meanings) };
}

async function openSqlite() {
  const { state, embedder } = createFilmEmbedder();
  const opened = openWith('here', ({ path, ...rest }) => {
    const thread = createSqliteSearchThread({ path, clock: systemClock, log: silentLogger });
    onTestFinished(() => thread[Symbol.asyncDispose]());
    const index = createSqliteVectorIndex({ ...rest, thread });
    return { embedder, index, isStoredWithFacts: true };
  });
  // On a busy machine a thread takes longer to begin than a search waits for it.
  const nothing = { vector: new Float32Array(2), embedding: 'film/2' };
  await opened.deps.meanings?.index.nearest(GARY, nothing, 1);
  return { embedder: state, ...opened };
}

function openWith(place: 'here' | 'elsewhere', createMeanings: (opened: OpenedFacts) => Meanings) {
  const { deps, pending, facts } = openMemory(place, createMeanings);
  const { meanings } = deps;
  if (meanings === undefined) throw new Error('there are meanings');
  const state: IndexState = { embedding: undefined };
  const indexAll = async (): Promise<void> => {
    while ((await indexFacts({ meanings, pending }, state)) > 0);
  };
  const find = async (query: string): Promise<readonly string[]> =>
    (await findFacts(deps, GARY, { query, limit: 5 })).map(({ text }) => text);
  return { deps, facts, pending, indexAll, find, state };
}

test('a fact and its vector are stored together when the embedder answers', async () => {
  const { deps, pending, find } = await openSqlite();
  await storeFact(deps, GARY, told('Films are on tank/media'));
  expect(pending.count('film/2')).toBe(0);
  expect(await find('movies')).toEqual(['Films are on tank/media']);
});

test('without the embedder a fact is stored all the same, and its vector made up for', async () => {
  const { deps, embedder, pending, indexAll, find } = await openSqlite();
  embedder.isAway = true;
  await storeFact(deps, GARY, told('Films are on tank/media'));
  expect(await find('films')).toEqual(['Films are on tank/media']);
  expect(await find('movies')).toEqual([]);
  expect(pending.count('film/2')).toBe(1);
  embedder.isAway = false;
  await indexAll();
  expect(pending.count('film/2')).toBe(0);
  expect(await find('movies')).toEqual(['Films are on tank/media']);
});

test('another embedder finds by words alone until everything is indexed anew', async () => {
  const { deps, embedder, indexAll, find, state } = await openSqlite();
  await storeFact(deps, GARY, told('Films are on tank/media'));
  embedder.name = 'other/2';
  expect(await find('movies')).toEqual([]);
  state.embedding = undefined;
  await indexAll();
  expect(await find('movies')).toEqual(['Films are on tank/media']);
  const { calls } = embedder;
  await indexAll();
  expect(embedder.calls).toBe(calls);
});

test('what says the same takes the place of what did, what only looks like it stays beside it', async () => {
  const { deps, facts } = await openSqlite();
  const { fact: old } = await storeFact(deps, GARY, told('The film is on at 8'));
  const { fact: same } = await storeFact(deps, GARY, told('The movie is on at 8'));
  expect(facts.find(GARY, old.id)).toMatchObject({ supersededBy: same.id });
  const { fact: other, similar } = await storeFact(deps, GARY, told('The film is on at 9'));
  expect(similar.map(({ id }) => id)).toEqual([same.id]);
  const work = { ...told('The film is on at 8, too'), category: 'work' } as const;
  expect((await storeFact(deps, GARY, work)).similar).toEqual([]);
  expect(facts.pick(GARY, [old.id, same.id, other.id])).toHaveLength(2);
});

test('of two that say the same at the same moment one stays', async () => {
  const { deps, facts } = await openSqlite();
  const both = ['The film is on at 8', 'The movie is on at 8'].map((text) =>
    storeFact(deps, GARY, told(text)),
  );
  const ids = (await Promise.all(both)).map(({ fact }) => fact.id);
  expect(facts.pick(GARY, ids)).toHaveLength(1);
});

test('Qdrant hears of facts, of corrections and of what is forgotten', async () => {
  const { deps, facts, server, pending, indexAll, find } = await openQdrant();
  const { fact } = await storeFact(deps, GARY, told('Films are on tank/media'));
  await indexAll();
  expect(server.countPoints()).toBe(1);
  const text = 'Films are on the SSD';
  const now = await correctFact(deps, { scope: GARY, id: fact.id }, { text, source });
  await indexAll();
  expect(await find('movies')).toEqual([text]);
  expect(server.countPoints()).toBe(1);
  await facts.remove(GARY, now?.id ?? '');
  await indexAll();
  expect(server.countPoints()).toBe(0);
  expect(pending.listForgotten(10)).toEqual([]);
});

test('without Qdrant facts are stored, found by words, and made known to it later', async () => {
  const { deps, server, indexAll, find, state } = await openQdrant();
  await storeFact(deps, GARY, told('Films are on tank/media'));
  await indexAll();
  server.failWith = 500;
  await storeFact(deps, GARY, told('The cinema shows movies'));
  expect(await find('films')).toEqual(['Films are on tank/media']);
  expect(await find('cinema')).toEqual(['The cinema shows movies']);
  await expect(indexAll()).rejects.toMatchObject({ reason: 'QDRANT_UNAVAILABLE' });
  server.failWith = undefined;
  await indexAll();
  expect(await find('films')).toHaveLength(2);
  // It has lost everything: on the next start all is made again.
  server.lose();
  state.embedding = undefined;
  await indexAll();
  expect(await find('films')).toHaveLength(2);
});

test('what one place knows another one does not, even with the same embedder', async () => {
  const { embedder } = createFilmEmbedder();
  const put: number[] = [];
  const { deps, db, writer } = openMemory('nowhere', () => ({
    embedder,
    index: {
      ...NO_INDEX,
      put: async (points) => void put.push(points.length),
    },
    isStoredWithFacts: false,
  }));
  await storeFact(deps, GARY, told('Films are on tank/media'));
  const places = [undefined, 'http://qdrant:6333'].map((place) =>
    createSqlitePendingVectors({ db, writer, place }),
  );
  const { meanings } = deps;
  for (const pending of places)
    if (meanings !== undefined) await indexFacts({ meanings, pending }, { embedding: undefined });
  // Told with the fact, then made up for where it is not known.
  expect(put).toEqual([1, 1]);
});

test('an index that hangs costs no fact that words find', async () => {
  const { embedder } = createFilmEmbedder();
  const { deps } = openMemory('nowhere', () => ({
    embedder,
    index: { ...NO_INDEX, nearest: () => new Promise(() => undefined) },
    isStoredWithFacts: true,
  }));
  await storeFact({ ...deps, meanings: undefined }, GARY, told('Films are on tank/media'));
  const found = await findFacts(deps, GARY, { query: 'tank', limit: 5 });
  expect(found.map(({ text }) => text)).toEqual(['Films are on tank/media']);
});

const NO_INDEX: Meanings['index'] = {
  nearest: async () => [],
  put: async () => undefined,
  forget: async () => undefined,
  prepare: async () => false,
  probe: async () => undefined,
};
