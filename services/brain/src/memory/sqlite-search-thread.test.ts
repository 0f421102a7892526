import { silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, onTestFinished, test } from 'vitest';
import { GARY, openFacts } from './sqlite-memory-testing.ts';
import { createSqliteSearchThread } from './sqlite-search-thread.ts';

const ask = { kind: 'words' as const, tenant: GARY, words: ['tea'], limit: 5 };

test('a thread that fails is begun anew later each time, and says so', async () => {
  const { path } = openFacts();
  const clock = createFakeClock();
  const where = { path: `${path}.away`, clock, log: silentLogger };
  const thread = createSqliteSearchThread(where);
  onTestFinished(() => thread[Symbol.asyncDispose]());
  const refused = { reason: 'SEARCH_UNAVAILABLE' };
  await expect(thread.ask(ask)).rejects.toMatchObject(refused);
  expect(thread.isFailing).toBe(true);
  // At once, for there is no thread to wait for.
  await expect(thread.ask(ask)).rejects.toMatchObject({
    cause: { message: 'it has just failed' },
  });
  await clock.advance(1_000);
  const second: unknown = await thread.ask(ask).catch((err) => err);
  expect(second).not.toMatchObject({ cause: { message: 'it has just failed' } });
  await clock.advance(1_000);
  await expect(thread.ask(ask)).rejects.toMatchObject({
    cause: { message: 'it has just failed' },
  });
  openFacts().db.exec(`VACUUM INTO '${path}.away'`);
  await clock.advance(1_000);
  expect(await thread.ask(ask)).toMatchObject({ kind: 'words', ids: [] });
  expect(thread.isFailing).toBe(false);
});
