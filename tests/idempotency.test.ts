import { textReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type System, startSystem } from './support/system.ts';

let system: System;

beforeAll(async () => {
  system = await startSystem({ script: () => textReply('answered once') });
});
afterAll(() => system[Symbol.asyncDispose]());

function ask(key: string, body: object = { message: 'hello' }): Promise<Response> {
  return system.post('/api/v1/chat', body, { 'Idempotency-Key': key });
}

test('the same key gives the same run, and the model is asked once', async () => {
  const first = await ask('key-1');
  const asked = system.model.requests.length;
  const second = await ask('key-1');
  expect(second.status).toBe(200);
  expect(await second.json()).toEqual(await first.json());
  expect(second.headers.get('x-run-id')).toBe(first.headers.get('x-run-id'));
  expect(system.model.requests).toHaveLength(asked);
});

test('twenty copies at the same moment are one run, and none of them is refused', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask('key-20')));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(new Set(answers.map(({ headers }) => headers.get('x-run-id'))).size).toBe(1);
});

test('the stream of a known key shows its run from the start', async () => {
  const answer = await ask('key-stream');
  const events = await Array.fromAsync(
    system.owner.streamChat({ message: 'hello' }, { idempotencyKey: 'key-stream' }),
  );
  expect(events[0]?.event).toMatchObject({ run_id: answer.headers.get('x-run-id') });
  expect(events.at(-1)?.event.type).toBe('complete');
});

test('who comes back with a known key gets what came after the event that it names', async () => {
  await ask('key-resumed');
  const options = { idempotencyKey: 'key-resumed' };
  const events = await Array.fromAsync(system.owner.streamChat({ message: 'hello' }, options));
  const rest = await system.post(
    '/api/v1/chat/stream',
    { message: 'hello' },
    { 'Idempotency-Key': 'key-resumed', 'Last-Event-ID': events.at(-2)?.id ?? '' },
  );
  expect(await rest.text()).toMatch(/^id: [^\n]+\ndata: \{"type":"complete"[^\n]+\n\n$/);
});

test('the same key with another body is refused', async () => {
  await ask('key-2');
  const other = await ask('key-2', { message: 'something else' });
  expect(other.status).toBe(422);
  expect(await other.json()).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  const job = await system.post(
    '/api/v1/jobs',
    { type: 'code', code: '1' },
    { 'Idempotency-Key': 'key-2' },
  );
  expect(job.status).toBe(422);
});

test('a refusal is not remembered under its key', async () => {
  expect((await ask('key-3', { message: ' ' })).status).toBe(400);
  expect((await ask('key-3')).status).toBe(200);
});

test('a repeated job is the same job', async () => {
  const body = { type: 'code' as const, code: 'return 1' };
  const [one, two] = await Promise.all(
    ['job-key', 'job-key'].map((key) => system.owner.postJob(body, { idempotencyKey: key })),
  );
  expect(two?.id).toBe(one?.id);
  expect((await system.owner.postJob(body)).id).not.toBe(one?.id);
});
