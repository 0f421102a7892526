import { ErrorBody } from '@bakerst/contracts';
import { textReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SUPER_TOKEN, type System, startSystem } from './support/system.ts';

let system: System;
let release: () => void;
let gate: Promise<void>;

beforeAll(async () => {
  system = await startSystem({
    workers: 0,
    script: async (request) => {
      if (JSON.stringify(request).includes('slow')) await gate;
      return textReply('done');
    },
  });
});
afterAll(() => system[Symbol.asyncDispose]());

function closeGate(): void {
  ({ promise: gate, resolve: release } = Promise.withResolvers<void>());
}

function askAs(user: string, message: string, more: object = {}): Promise<Response> {
  const body = { message, user_id: user, ...more };
  return system.post('/api/v1/chat', body, { Authorization: `Bearer ${SUPER_TOKEN}` });
}

test('a second message of the same user is refused at once, word for word, and stored nowhere', async () => {
  closeGate();
  const before = system.model.requests.length;
  const first = askAs('gary', 'slow one');
  await system.model.waitForRequest(before + 1);
  const second = await askAs('gary', 'impatient');
  expect(second.status).toBe(429);
  expect(second.headers.get('retry-after')).toBe('5');
  const { request_id, ...body } = ErrorBody.parse(await second.json());
  expect(request_id).toBe(second.headers.get('x-request-id'));
  expect(body).toEqual({
    error: 'Request in progress',
    code: 'CONCURRENT_REQUEST_REJECTED',
    message: 'Another request for this user is currently being processed. Please retry.',
    retry_after_ms: 5000,
  });
  expect(system.query(`SELECT content FROM message WHERE content = 'impatient'`)).toEqual([]);
  release();
  expect((await first).status).toBe(200);
});

test('the stream is refused like the chat, before its first byte', async () => {
  closeGate();
  const before = system.model.requests.length;
  const first = system.post('/api/v1/chat', { message: 'slow stream' });
  await system.model.waitForRequest(before + 1);
  const second = await system.post('/api/v1/chat/stream', { message: 'impatient' });
  expect(second.status).toBe(429);
  expect(second.headers.get('content-type')).toMatch(/json/);
  release();
  await first;
});

test('of two messages at the same moment one runs and one is refused', async () => {
  const statuses = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      closeGate();
      const both = await Promise.all([
        askAs(`pair-${i}`, 'one').then(({ status }) => status),
        askAs(`pair-${i}`, 'two').then(({ status }) => status),
      ]);
      return both.toSorted();
    }),
  );
  for (const pair of statuses)
    expect([
      [200, 429],
      [200, 200],
    ]).toContainEqual(pair);
  expect(statuses).toContainEqual([200, 429]);
});

test('other users are not held up, nor the same id in another org', async () => {
  closeGate();
  const before = system.model.requests.length;
  const slow = askAs('walter', 'slow');
  await system.model.waitForRequest(before + 1);
  expect((await askAs('skyler', 'hello')).status).toBe(200);
  release();
  await slow;
});

test('who was refused or answered may ask again at once', async () => {
  for (const message of ['one', 'two', 'three']) {
    const answer = await askAs('jesse', message);
    expect(answer.status).toBe(200);
  }
  expect((await askAs('jesse', '  ')).status).toBe(400);
  expect((await askAs('jesse', 'four')).status).toBe(200);
});

test('the model gets what was said before, in order', async () => {
  const before = system.model.requests.length;
  await askAs('jesse', 'five');
  const messages = system.model.requests[before]?.body;
  expect(JSON.stringify(messages)).toMatch(/one.*two.*three.*four.*five/);
});
