import { expect, onTestFinished, test } from 'vitest';
import { createBreaker } from './cockatiel-breaker.ts';
import { createOpenAiEmbedder } from './openai-embedder.ts';
import { openFakeEmbeddings } from './testing/open-fake-embeddings.ts';
import { createVoyageEmbedder } from './voyage-embedder.ts';

const LONG_MS = 3_600_000;
const never = new AbortController().signal;

async function openVoyage() {
  const server = await openFakeEmbeddings({ kind: 'voyage', apiKey: 'key' });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const config = {
    kind: 'voyage',
    url: server.baseUrl,
    model: 'voyage-3.5-lite',
    apiKey: 'key',
  } as const;
  return { server, config, embedder: createVoyageEmbedder(config, createBreaker('it', LONG_MS)) };
}

test('Voyage is told which texts are kept and which are looked for, in batches', async () => {
  const { server, embedder } = await openVoyage();
  const texts = Array.from({ length: 130 }, (_, place) => `fact number ${place}`);
  const embedded = await embedder.embed(texts, 'document', never);
  expect(server.requests).toHaveLength(3);
  expect(server.requests[0]?.body).toMatchObject({ input_type: 'document' });
  expect(embedded).toHaveLength(130);
  const [alone] = await embedder.embed(['fact number 99'], 'query', never);
  expect(server.requests.at(-1)?.body).toMatchObject({ input_type: 'query' });
  expect(alone).toEqual(embedded[99]);
  expect(alone?.embedding).toBe('voyage-3.5-lite/64');
  expect(Math.hypot(...(alone?.vector ?? []))).toBeCloseTo(1, 5);
});

test('a server that speaks as OpenAI does needs no key', async () => {
  const server = await openFakeEmbeddings({ kind: 'openai', dimension: 8 });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const config = {
    kind: 'openai',
    url: server.baseUrl,
    model: 'nomic-embed-text',
    apiKey: undefined,
  } as const;
  const embedder = createOpenAiEmbedder(config, createBreaker('it', LONG_MS));
  const [embedded] = await embedder.embed(['tea'], 'query', never);
  expect(embedded?.embedding).toBe('nomic-embed-text/8');
});

test('an embedder that fails three times in a row is asked no more for a while', async () => {
  const { server, embedder } = await openVoyage();
  server.failWith = 500;
  for (let time = 0; time < 3; time++)
    await expect(embedder.embed(['tea'], 'query', never)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      reason: 'EMBEDDER_UNAVAILABLE',
    });
  await expect(embedder.embed(['tea'], 'query', never)).rejects.toMatchObject({
    reason: 'BREAKER_OPEN',
  });
  expect(server.requests).toHaveLength(3);
});

test('once it answers again it is asked again', async () => {
  const { server, config } = await openVoyage();
  const embedder = createVoyageEmbedder(config, createBreaker('it', 0));
  server.failWith = 500;
  for (let time = 0; time < 3; time++) await embedder.embed(['tea'], 'query', never).catch(() => 0);
  server.failWith = undefined;
  expect(await embedder.embed(['tea'], 'query', never)).toHaveLength(1);
});

test('a refused key says nothing of the key', async () => {
  const { config } = await openVoyage();
  const embedder = createVoyageEmbedder(
    { ...config, apiKey: 'wrong-key' },
    createBreaker('it', LONG_MS),
  );
  const failure: unknown = await embedder.embed(['tea'], 'query', never).catch((err) => err);
  expect(failure).toMatchObject({ code: 'UNAVAILABLE', reason: 'REFUSED' });
  expect(JSON.stringify(failure) + String(failure)).not.toContain('wrong-key');
});

test.each([
  [400, 'TEXT_REFUSED'],
  [413, 'TEXT_REFUSED'],
  [422, 'TEXT_REFUSED'],
  [401, 'REFUSED'],
  [404, 'REFUSED'],
])('status %i is an answer, however often it comes', async (status, reason) => {
  const { server, embedder } = await openVoyage();
  server.failWith = status;
  for (let time = 0; time < 4; time++)
    await expect(embedder.embed(['tea'], 'query', never)).rejects.toMatchObject({ reason });
  server.failWith = undefined;
  expect(await embedder.embed(['tea'], 'query', never)).toHaveLength(1);
});

test('an embedder that is busy fails, and is left alone for as long as it asks', async () => {
  const { server, embedder } = await openVoyage();
  server.failWith = 429;
  server.retryAfter = 60;
  await expect(embedder.embed(['tea'], 'query', never)).rejects.toMatchObject({
    reason: 'EMBEDDER_UNAVAILABLE',
    retryAfterMs: 60_000,
  });
  const left: unknown = await embedder.embed(['tea'], 'query', never).catch((err) => err);
  expect(left).toMatchObject({ reason: 'BREAKER_OPEN', retryAfterMs: expect.any(Number) });
  expect(server.requests).toHaveLength(1);
});
