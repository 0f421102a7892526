import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  type FakeEmbeddings,
  openFakeEmbeddings,
} from '../services/brain/src/memory/testing/open-fake-embeddings.ts';
import {
  type FakeQdrant,
  openFakeQdrant,
} from '../services/brain/src/memory/testing/open-fake-qdrant.ts';
import { type System, startSystem } from './support/system.ts';

let system: System;
let embeddings: FakeEmbeddings;
let qdrant: FakeQdrant;
const open = new AsyncDisposableStack();

beforeAll(async () => {
  embeddings = open.use(await openFakeEmbeddings({ kind: 'voyage', apiKey: 'voyage-key' }));
  qdrant = open.use(await openFakeQdrant('qdrant-key'));
  system = open.use(
    await startSystem({
      workers: 0,
      brainEnv: {
        VOYAGE_API_KEY: 'voyage-key',
        VOYAGE_BASE_URL: embeddings.baseUrl,
        QDRANT_URL: qdrant.url,
        QDRANT_API_KEY: 'qdrant-key',
      },
    }),
  );
});
afterAll(() => open.disposeAsync());

const soon = { timeout: 30_000, interval: 200 };

test('facts are indexed by Voyage and Qdrant, and an answer does without both', async () => {
  const { owner } = system;
  await owner.storeFact({ text: 'The NAS is called Mycroft.', category: 'homelab' });
  await vi.waitFor(() => expect(qdrant.countPoints()).toBe(1), soon);
  expect((await owner.systemHealth()).qdrant).toEqual({ status: 'ok' });
  await vi.waitFor(async () => {
    expect((await owner.systemHealth()).memory).toEqual({ status: 'ok' });
  }, soon);

  qdrant.failWith = 500;
  const { responses } = await owner.chat({ message: 'what is my NAS called?' });
  expect(responses.join(' ')).toContain('Mycroft');
  expect((await owner.systemHealth()).qdrant).toMatchObject({ status: 'down' });

  await qdrant[Symbol.asyncDispose]();
  embeddings.failWith = 500;
  const { responses: again } = await owner.chat({ message: 'what is my NAS called?' });
  expect(again.join(' ')).toContain('Mycroft');
  const health = await owner.systemHealth();
  expect(health).toMatchObject({ status: 'degraded', memory: { status: 'degraded' } });
  expect(JSON.stringify(health)).not.toMatch(/127\.0\.0\.1|-key/);
  await owner.storeFact({ text: 'The router is called Watson.' });
  expect((await owner.listFacts({ q: 'router' })).data).toHaveLength(1);
});
