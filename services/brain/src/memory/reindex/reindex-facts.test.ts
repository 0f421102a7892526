import { FactId } from '@bakerst/contracts';
import { randomId } from '@bakerst/kit';
import { expect, test } from 'vitest';
import type { Embedder } from '../ports.ts';
import { createSqliteVectorStore } from '../sqlite-fact-search.ts';
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
  const state = { left: Number.POSITIVE_INFINITY };
  const embedder: Embedder = {
    async embed(texts) {
      state.left -= texts.length;
      if (state.left < 0) throw new Error('away');
      return texts.map(() => ({ vector: new Float32Array([1, 0]), embedding: 'one/2' }));
    },
  };
  const lines: string[] = [];
  const run = (
    meanings: ReindexDeps['meanings'] = { embedder, index: createSqliteVectorStore(opened) },
  ) => {
    const progress = createSqliteReindexProgress(opened);
    return reindexFacts({ ...opened, progress, meanings, say: (line) => lines.push(line) });
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
  state.left = 100;
  await expect(run()).rejects.toThrow('away');
  expect(await find()).toHaveLength(64);
  state.left = 100;
  expect(await run()).toBe(86);
  expect(await find()).toHaveLength(150);
  expect(lines).toContain('going on where an earlier pass was cut short');
  expect(await run({ embedder: { embed: async () => [] }, index: neverAsked })).toBe(150);
});

const neverAsked = {
  put: async () => undefined,
  forget: async () => undefined,
  prepare: async () => false,
  probe: async () => undefined,
};
