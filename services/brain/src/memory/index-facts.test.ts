import { expect, onTestFinished, test } from 'vitest';
import { correctFact } from './correct-fact.ts';
import { findFacts } from './find-facts.ts';
import {
  createFilmEmbedder,
  NO_INDEX,
  openQdrant,
  openSqlite,
  told,
} from './sqlite-index-testing.ts';
import { GARY, openMemory } from './sqlite-memory-testing.ts';
import { storeFact } from './store-fact.ts';

const source = { kind: 'user' } as const;
const use = <T extends AsyncDisposable>(opened: T): T => {
  onTestFinished(() => opened[Symbol.asyncDispose]());
  return opened;
};

test('a fact and its vector are stored together when the embedder answers', async () => {
  const { deps, pending, find } = await openSqlite(use);
  await storeFact(deps, GARY, told('Films are on tank/media'));
  expect(pending.count('film/2')).toBe(0);
  expect(await find('movies')).toEqual(['Films are on tank/media']);
});

test('without the embedder a fact is stored all the same, and its vector made up for', async () => {
  const { deps, embedder, pending, indexAll, find } = await openSqlite(use);
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
  const { deps, embedder, indexAll, find, state } = await openSqlite(use);
  await storeFact(deps, GARY, told('Films are on tank/media'));
  embedder.name = 'other/2';
  expect(await find('movies')).toEqual([]);
  state.like = undefined;
  await indexAll();
  expect(await find('movies')).toEqual(['Films are on tank/media']);
  const { calls } = embedder;
  await indexAll();
  expect(embedder.calls).toBe(calls);
});

test('what says the same takes the place of what did, what only looks like it stays beside it', async () => {
  const { deps, facts } = await openSqlite(use);
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
  const { deps, facts } = await openSqlite(use);
  const both = ['The film is on at 8', 'The movie is on at 8'].map((text) =>
    storeFact(deps, GARY, told(text)),
  );
  const ids = (await Promise.all(both)).map(({ fact }) => fact.id);
  expect(facts.pick(GARY, ids)).toHaveLength(1);
});

test('Qdrant hears of facts, of corrections and of what is forgotten', async () => {
  const { deps, facts, server, pending, indexAll, find } = await openQdrant(use);
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
