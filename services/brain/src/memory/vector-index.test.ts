import { FactId } from '@bakerst/contracts';
import { randomId, silentLogger, systemClock } from '@bakerst/kit';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import type { Breaker } from './breaker.ts';
import type { Embedded, Fact, VectorIndex } from './ports.ts';
import { createQdrantVectorIndex } from './qdrant-vector-index.ts';
import { createSqliteVectorIndex } from './sqlite-fact-search.ts';
import { BOB, GARY, type OpenedFacts, openFacts } from './sqlite-memory-testing.ts';
import { createSqliteSearchThread } from './sqlite-search-thread.ts';
import { openFakeQdrant } from './testing/open-fake-qdrant.ts';

// What every index of vectors must do, whatever it is made of.

interface Opened {
  readonly facts: OpenedFacts;
  readonly index: VectorIndex;
}

function openSqlite(): Opened {
  const facts = openFacts('here');
  const thread = createSqliteSearchThread({
    path: facts.path,
    clock: systemClock,
    log: silentLogger,
  });
  onTestFinished(() => thread[Symbol.asyncDispose]());
  return { facts, index: createSqliteVectorIndex({ ...facts, thread }) };
}

async function openFakedQdrant(): Promise<Opened> {
  const server = await openFakeQdrant('key');
  onTestFinished(() => server[Symbol.asyncDispose]());
  const config = { url: server.url, apiKey: 'key' };
  return { facts: openFacts('elsewhere'), index: createQdrantVectorIndex(config, runAtOnce) };
}

const runAtOnce: Breaker = (work) => work();

/** Its collection of memories is lost by this. */
function openRealQdrant(url: string): Opened {
  const config = { url, apiKey: qdrant.apiKey };
  return { facts: openFacts('elsewhere'), index: createQdrantVectorIndex(config, runAtOnce) };
}

const qdrant = inject('qdrant');
const { url } = qdrant;

const KINDS: readonly (readonly [string, () => Opened | Promise<Opened>])[] = [
  ['sqlite-vec', openSqlite],
  ['Qdrant, faked', openFakedQdrant],
  ...(url === undefined ? [] : [['Qdrant', () => openRealQdrant(url)] as const]),
];

test.skipIf(url === undefined)('a real Qdrant is tried too (skipped without QDRANT_URL)', () => {
  expect(KINDS).toHaveLength(3);
});

const DIMENSION = 16;

/** A vector that stands at this angle to the first direction. */
function at(cosine: number, embedding = 'test/16'): Embedded {
  const vector = new Float32Array(DIMENSION);
  vector[0] = cosine;
  vector[1] = Math.sqrt(1 - cosine ** 2);
  return { vector, embedding };
}

async function add({ facts }: Opened, text: string, tenant = GARY): Promise<Fact> {
  const id = FactId.parse(randomId());
  const source = { kind: 'user' } as const;
  return await facts.facts.add(tenant, { id, text, category: 'general', source });
}

describe.each(KINDS)('%s', (_, open) => {
  test('before there are facts nothing is found, and nothing to forget', async () => {
    const { index } = await open();
    expect(await index.nearest(GARY, at(1), 10)).toEqual([]);
    await index.forget([FactId.parse(randomId())]);
  });

  test('the nearest facts come first, with how near they are', async () => {
    const opened = await open();
    await opened.index.prepare(at(1));
    const [far, near, opposite] = [
      await add(opened, 'far'),
      await add(opened, 'near'),
      await add(opened, 'opposite'),
    ];
    await opened.index.put([
      { fact: far, ...at(0.2) },
      { fact: near, ...at(0.919) },
      { fact: opposite, ...at(-1) },
    ]);
    const found = await opened.index.nearest(GARY, at(1), 2);
    expect(found.map(({ id }) => id)).toEqual([near.id, far.id]);
    expect(found[0]?.cosine).toBeCloseTo(0.919, 4);
    expect(found[1]?.cosine).toBeCloseTo(0.2, 4);
  });

  test('nobody finds what is another one’s, nor by the vector of another embedder', async () => {
    const opened = await open();
    await opened.index.prepare(at(1));
    const hers = await add(opened, 'hers', BOB);
    const old = await add(opened, 'old');
    await opened.index.put([{ fact: hers, ...at(1) }]);
    await opened.index.put([{ fact: old, ...at(1, 'other/16') }]);
    expect(await opened.index.nearest(GARY, at(1), 10)).toEqual([]);
    expect(await opened.index.nearest(BOB, at(1), 10)).toHaveLength(1);
  });

  test('a new vector takes the place of the one before, of another embedder too', async () => {
    const opened = await open();
    await opened.index.prepare(at(1));
    const fact = await add(opened, 'fact');
    await opened.index.put([{ fact, ...at(0.5) }]);
    await opened.index.put([{ fact, ...at(0.8) }]);
    const [found] = await opened.index.nearest(GARY, at(1), 10);
    expect(found?.cosine).toBeCloseTo(0.8, 4);
    await opened.index.put([{ fact, ...at(0.8, 'other/16') }]);
    expect(await opened.index.nearest(GARY, at(1), 10)).toEqual([]);
    expect(await opened.index.nearest(GARY, at(1, 'other/16'), 10)).toHaveLength(1);
  });

  test('what is forgotten is not found, and may be forgotten again', async () => {
    const opened = await open();
    await opened.index.prepare(at(1));
    const fact = await add(opened, 'fact');
    await opened.index.put([{ fact, ...at(1) }]);
    await opened.index.forget([fact.id, FactId.parse(randomId())]);
    await opened.index.forget([fact.id]);
    expect(await opened.index.nearest(GARY, at(1), 10)).toEqual([]);
    await opened.index.probe();
  });

  test('of very many facts the nearest are found too', async () => {
    const opened = await open();
    await opened.index.prepare(at(1));
    const told = Array.from({ length: 1_600 }, (_value, place) => add(opened, `fact ${place}`));
    const facts = await Promise.all(told);
    const points = facts.map((fact, place) => ({ fact, ...spread(place) }));
    await opened.index.prepare(spread(0));
    await opened.index.put(points);
    for (const point of [points[3], points[1_599]]) {
      if (point === undefined) throw new Error('there are that many');
      const [first] = await opened.index.nearest(GARY, point, 20);
      expect(first?.id).toBe(point.fact.id);
      expect(first?.cosine).toBeCloseTo(1, 4);
    }
  });
});

/** Vectors of length 1 in all directions, the same ones every time. */
function spread(place: number): Embedded {
  const vector = Float32Array.from({ length: 64 }, (_, at) =>
    Math.sin(place * 12.9898 + at * 78.233 + place * at),
  );
  const length = Math.hypot(...vector);
  return { vector: vector.map((value) => value / length), embedding: 'test/64' };
}
