import { FactId } from '@bakerst/contracts';
import { AppError, randomId } from '@bakerst/kit';
import { expect, test, vi } from 'vitest';
import type { Embedder } from '../ports.ts';
import { createSqliteVectorStore } from '../sqlite-fact-search.ts';
import { createSqliteIndexLease } from '../sqlite-index-lease.ts';
import { GARY, openFacts } from '../sqlite-memory-testing.ts';
import { type ReindexDeps, reindexFacts } from './reindex-facts.ts';
import { createSqliteReindexProgress } from './sqlite-reindex-progress.ts';

const source = { kind: 'user' } as const;

/** A memory whose search has forgotten everything. */
async function openForgetful(count: number) {
  const opened = openFacts('here');
  const { db, facts } = opened;
  const add = (place: number) => {
    const id = FactId.parse(randomId());
    return facts.add(GARY, { id, text: `fact number ${place}`, category: 'general', source });
  };
  const told = await Promise.all(Array.from({ length: count }, (_, place) => add(place)));
  db.exec("INSERT INTO fact_search (fact_search) VALUES ('delete-all')");
  const state = { left: Number.POSITIVE_INFINITY, busy: 0, refuses: /^$/ };
  const embedder: Embedder = {
    async embed(texts) {
      state.left -= texts.length;
      if (state.left < 0) throw new Error('away');
      if (state.busy-- > 0)
        throw new AppError('UNAVAILABLE', 'busy', { reason: 'BUSY', retryAfterMs: 1_000 });
      if (texts.some((text) => state.refuses.test(text)))
        throw new AppError('UNAVAILABLE', 'refused', { reason: 'TEXT_REFUSED' });
      return texts.map(() => ({ vector: new Float32Array([1, 0]), embedding: 'one/2' }));
    },
  };
  const lines: string[] = [];
  const run = (
    meanings: ReindexDeps['meanings'] = { embedder, index: createSqliteVectorStore(opened) },
  ) => {
    const progress = createSqliteReindexProgress(opened);
    const lease = createSqliteIndexLease({ ...opened, self: 'reindex', place: undefined });
    return reindexFacts({ ...opened, progress, lease, meanings, say: (line) => lines.push(line) });
  };
  const find = async () =>
    await opened.words.find(GARY, ['number'], { category: undefined, limit: 1_000 });
  return { ...opened, told, state, lines, run, find };
}

test('all facts that hold are made known anew, and how far it is is said', async () => {
  const { facts, told, pending, lines, run, find } = await openForgetful(100);
  const text = 'fact number one hundred';
  await facts.correct(GARY, told[0]?.id ?? '', { newId: FactId.parse(randomId()), text, source });
  expect(await run()).toBe(100);
  expect(await find()).toHaveLength(100);
  expect(pending.count('one/2')).toBe(0);
  expect(lines).toEqual(['64 of 100 facts', '100 of 100 facts']);
});

test('a pass that was cut short goes on where it was', async () => {
  const { state, lines, run, find } = await openForgetful(150);
  state.left = 101;
  await expect(run()).rejects.toThrow('away');
  expect(await find()).toHaveLength(64);
  state.left = 100;
  expect(await run()).toBe(86);
  expect(await find()).toHaveLength(150);
  expect(lines).toContain('going on where an earlier pass was cut short');
  expect(await run({ embedder: { embed: async () => [] }, index: neverAsked })).toBe(150);
});

test('what the embedder refuses is said, and it is waited for when it asks for that', async () => {
  const { state, clock, pending, lines, run } = await openForgetful(70);
  state.refuses = /number 7$/;
  state.busy = 1;
  const done = run();
  await vi.waitFor(async () => {
    await clock.advance(1_000);
    expect(lines.at(-1)).toBe('70 of 70 facts');
  }, 30_000);
  expect(await done).toBe(70);
  expect(lines).toEqual([
    'waiting 1 s, as the embedder asks',
    '64 of 70 facts, 1 refused by the embedder: found by words alone',
    '70 of 70 facts',
  ]);
  expect(pending.countSetAside('one/2')).toBe(1);
});

test('beside a brain that makes other vectors nothing is made', async () => {
  const opened = await openForgetful(3);
  const lease = createSqliteIndexLease({ ...opened, self: 'brain', place: undefined });
  await lease.claim('two/2');
  await expect(opened.run()).rejects.toMatchObject({ code: 'CONFLICT' });
  await lease.claim('one/2');
  expect(await opened.run()).toBe(3);
});

const neverAsked = {
  put: async () => undefined,
  forget: async () => undefined,
  prepare: async () => false,
  probe: async () => undefined,
};
