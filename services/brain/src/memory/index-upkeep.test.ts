import { expect, onTestFinished, test } from 'vitest';
import { createIndexState, indexFacts } from './index-facts.ts';
import { probeMemory } from './probe-memory.ts';
import { createQdrantVectorIndex } from './qdrant-vector-index.ts';
import { createSqliteIndexLease } from './sqlite-index-lease.ts';
import {
  createFilmEmbedder,
  NO_INDEX,
  openQdrant,
  openSqlite,
  told,
} from './sqlite-index-testing.ts';
import { GARY, openMemory } from './sqlite-memory-testing.ts';
import { createSqlitePendingVectors } from './sqlite-pending-vectors.ts';
import { storeFact } from './store-fact.ts';
import { openFakeQdrant } from './testing/open-fake-qdrant.ts';
import { watchEmbedder } from './watch-embedder.ts';
import { watchIndex } from './watch-index.ts';

const never = new AbortController().signal;
const use = <T extends AsyncDisposable>(opened: T): T => {
  onTestFinished(() => opened[Symbol.asyncDispose]());
  return opened;
};

test('without Qdrant facts are stored, found by words, and made known to it later', async () => {
  const { deps, server, indexAll, find, clock } = await openQdrant(use);
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
  // It has lost everything, and nobody starts anew.
  server.lose();
  await clock.advance(10_000);
  await indexAll();
  expect(server.countPoints()).toBe(2);
  expect(await find('movies')).toHaveLength(2);
});

test('a vector that comes after its fact was forgotten goes again', async () => {
  const { deps, facts, server, pending, indexAll, clock } = await openQdrant(use);
  const { fact } = await storeFact(deps, GARY, told('Films are on tank/media'));
  await indexAll();
  const { fact: late } = await storeFact(deps, GARY, told('The cinema shows movies'));
  await facts.remove(GARY, late.id);
  await indexAll();
  expect(server.countPoints()).toBe(1);
  const put = async () => {
    const [embedded] = (await deps.meanings?.embedder.embed([late.text], 'document', never)) ?? [];
    const points = embedded === undefined ? [] : [{ ...embedded, fact: late }];
    await deps.meanings?.index.put(points);
    return points;
  };
  await pending.mark(await put());
  expect(server.countPoints()).toBe(2);
  await indexAll();
  expect(server.countPoints()).toBe(1);
  // Whoever put it has died before they could note it.
  await put();
  await clock.advance(200_000);
  await indexAll();
  expect(server.countPoints()).toBe(1);
  expect(pending.listForgotten(10)).toEqual([]);
  await clock.advance(200_000);
  expect(pending.listForgotten(10)).toEqual([]);
  expect(facts.find(GARY, fact.id)).toBeDefined();
});

test('a text that the embedder refuses holds up no other one, and is said to be', async () => {
  const { deps, embedder, pending, lease, clock, indexAll, find, state } = await openSqlite(use);
  embedder.isAway = true;
  for (const text of ['Films are on tank/media', 'too long, like a film', 'A movie a week'])
    await storeFact(deps, GARY, told(text));
  embedder.isAway = false;
  embedder.refuses = /too long/;
  await indexAll();
  expect(pending.count('film/2')).toBe(0);
  expect(pending.countSetAside('film/2')).toBe(1);
  expect((await find('cinema film')).length).toBe(3);
  const { calls } = embedder;
  await indexAll();
  expect(embedder.calls).toBe(calls);
  const { meanings } = deps;
  if (meanings === undefined) throw new Error('there are meanings');
  const watched = {
    ...meanings,
    embedder: watchEmbedder(meanings.embedder),
    index: watchIndex(meanings.index),
  };
  const health = () =>
    probeMemory({ meanings: watched, pending, thread: { isFailing: false }, state });
  expect(health()).toMatchObject({
    status: 'ok',
    detail: expect.stringMatching(/refuses 1 facts/),
  });
  // Where it refuses everything no text is to blame.
  embedder.refuses = /./;
  await storeFact(deps, GARY, told('Another film'));
  const again = indexFacts({ meanings: watched, pending, lease, clock }, state);
  await expect(again).rejects.toMatchObject({ reason: 'TEXT_REFUSED' });
  expect(pending.countSetAside('film/2')).toBe(1);
  await pending.retrySetAside();
  embedder.refuses = /^$/;
  await indexAll();
  expect(health()).toEqual({ status: 'ok' });
});

test('of two brains one makes the vectors, and the other says when its embedder is another one', async () => {
  const one = await openSqlite(use);
  await storeFact(one.deps, GARY, told('Films are on tank/media'));
  await one.indexAll();
  const other = createFilmEmbedder();
  other.state.name = 'other/2';
  const state = createIndexState();
  const { pending, clock } = one;
  const lease = createSqliteIndexLease({ ...one, self: 'brain-2', place: undefined });
  const index = one.deps.meanings?.index ?? NO_INDEX;
  const meanings = {
    embedder: watchEmbedder(other.embedder),
    index: watchIndex(index),
    isStoredWithFacts: true,
  };
  const indexToo = () => indexFacts({ meanings, pending, lease, clock }, state);
  expect(await indexToo()).toBe(0);
  expect(pending.count('film/2')).toBe(0);
  const health = () => probeMemory({ meanings, pending, thread: { isFailing: false }, state });
  expect(health()).toMatchObject({
    status: 'degraded',
    detail: expect.stringMatching(/with film\/2, and this one has other\/2/),
  });
  // The first one has died.
  await clock.advance(90_001);
  expect(await indexToo()).toBe(1);
  expect(health()).toEqual({ status: 'ok' });
  expect(pending.count('other/2')).toBe(0);
  await one.indexAll();
  expect(one.state.other).toEqual({ embedding: 'other/2', isAlike: false });
  await lease.release();
  await one.indexAll();
  expect(pending.count('film/2')).toBe(0);
});

test('vectors that cannot be searched show, until they can', async () => {
  const { embedder } = createFilmEmbedder();
  const server = use(await openFakeQdrant('key'));
  const index = watchIndex(
    createQdrantVectorIndex({ url: server.url, apiKey: 'key' }, (work) => work()),
  );
  const meanings = { embedder: watchEmbedder(embedder), index, isStoredWithFacts: false };
  const { pending } = openMemory();
  const state = createIndexState();
  const health = (isFailing = false) =>
    probeMemory({ meanings, pending, thread: { isFailing }, state });
  const like = { vector: new Float32Array([1, 0]), embedding: 'film/2' };
  server.failWith = 500;
  await expect(index.nearest(GARY, like, 5)).rejects.toThrow();
  expect(health()).toMatchObject({ status: 'degraded' });
  server.failWith = undefined;
  await index.nearest(GARY, like, 5);
  expect(health()).toEqual({ status: 'ok' });
  expect(health(true)).toMatchObject({ status: 'degraded' });
});

test('what one place knows another one does not, even with the same embedder', async () => {
  const { embedder } = createFilmEmbedder();
  const put: number[] = [];
  const opened = openMemory('nowhere', () => ({
    embedder,
    index: {
      ...NO_INDEX,
      put: async (points) => void put.push(points.length),
    },
    isStoredWithFacts: false,
  }));
  const { deps } = opened;
  await storeFact(deps, GARY, told('Films are on tank/media'));
  const { db, writer, clock } = opened;
  const places = [undefined, 'http://qdrant:6333'].map((place) =>
    createSqlitePendingVectors({ db, writer, clock, place }),
  );
  const { meanings } = deps;
  const lease = createSqliteIndexLease({ ...opened, self: 'brain-1', place: undefined });
  for (const pending of places)
    if (meanings !== undefined)
      await indexFacts({ meanings, pending, lease, clock }, createIndexState());
  // Told with the fact, then made up for where it is not known.
  expect(put).toEqual([1, 1]);
});
