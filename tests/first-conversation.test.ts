import { afterAll, beforeAll, expect, test } from 'vitest';
import { type System, startSystem } from './support/system.ts';

let system: System;

beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

test('a sum is computed by a worker and answered', async () => {
  const answer = await system.owner.chat({ message: 'what is 17 * 23?' });
  expect(answer.responses.join('\n')).toContain('391');
  expect(answer).toMatchObject({
    status: 'completed',
    response_language: 'en',
    voice_audio_base64: null,
  });
  const [job] = system.query('SELECT * FROM job WHERE run_id = ?', answer.run_id);
  expect(job).toMatchObject({ type: 'code', status: 'completed', attempt: 1 });
});

test('the stream shows the run from its acceptance to its answer, each event with its place', async () => {
  const events = [];
  for await (const received of system.owner.streamChat({ message: 'what is 6 * 7?' }))
    events.push(received);
  expect(events[0]?.event).toMatchObject({
    type: 'status',
    message: 'Processing your request...',
    run_id: expect.any(String),
    conversation_id: expect.any(String),
  });
  expect(events.map(({ id }) => id)).toEqual(events.map((_, i) => `1.${i + 1}`));
  const types = events.map(({ event }) => event.type);
  expect(types.filter((type) => type === 'tool_use')).toHaveLength(1);
  expect(types.indexOf('tool_result')).toBeGreaterThan(types.indexOf('tool_use'));
  expect(types.at(-1)).toBe('complete');
  const shown = events.flatMap(({ event }) => (event.type === 'progress' ? [event.text] : []));
  expect(shown.join('')).toContain('42');
  expect(events).toContainEqual(
    expect.objectContaining({
      event: { type: 'status', message: 'Executing 1 tool(s)...' },
    }),
  );
});

test('a run can be asked for by the id that its answer carries', async () => {
  const response = await system.post('/api/v1/chat', { message: 'what is 2 + 2?' });
  const run = await system.owner.getRun(response.headers.get('X-Run-Id') ?? '');
  expect(run).toMatchObject({
    status: 'completed',
    message: 'what is 2 + 2?',
    turns: 2,
    model: 'bakerst-offline',
    cost_usd: 0,
    error: null,
    conversation_id: response.headers.get('X-Conversation-Id'),
  });
  expect(run.answer).toContain('4');
});

test('a code job of its own is accepted, executed and can be read', async () => {
  const accepted = await system.owner.postJob({
    type: 'code',
    code: 'return [1, 2, 3].map((n) => n * n)',
  });
  await expect.poll(async () => (await system.owner.getJob(accepted.id)).status).toBe('completed');
  const job = await system.owner.getJob(accepted.id);
  expect(job.result).toMatchObject({ ok: true, value: [1, 4, 9] });
  expect(job).toMatchObject({ attempt: 1, error: null, worker_id: expect.any(String) });
});

test('what code does wrong is its result', async () => {
  const accepted = await system.owner.postJob({ type: 'code', code: 'throw new Error("no luck")' });
  await expect.poll(async () => (await system.owner.getJob(accepted.id)).status).toBe('failed');
  const job = await system.owner.getJob(accepted.id);
  expect(job.error?.code).toBe('ERROR');
  expect(job.result).toMatchObject({ ok: false, code: 'ERROR' });
});

test('history lists what was said, oldest first, and a restart keeps it', async () => {
  const before = await system.owner.listHistory('home', 'owner');
  expect(before.entries[0]).toMatchObject({ user_message: 'what is 17 * 23?' });
  expect(before.total_count).toBe(before.entries.length);
  const second = await system.owner.listHistory('home', 'owner', { limit: 1, offset: 1 });
  expect(second.entries).toEqual(before.entries.slice(1, 2));
  expect(await system.brain.end('SIGTERM')).toBe(0);
  await system.restartBrain();
  expect(await system.owner.listHistory('home', 'owner')).toEqual(before);
});

test('health says which model answers', async () => {
  expect(await system.owner.health()).toMatchObject({
    status: 'healthy',
    model: { kind: 'offline', access: 'ok' },
  });
});
