import { byTurn, textReply, toolReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SUPER_TOKEN, type System, startSystem } from './support/system.ts';

// Clients of the systems that this one grew from work as they are.

let system: System;
beforeAll(async () => {
  system = await startSystem({
    script: byTurn([toolReply('execute_code', { code: '17 * 23' }), textReply('It is 391.')]),
  });
});
afterAll(() => system[Symbol.asyncDispose]());

async function readLines(response: Response): Promise<Record<string, unknown>[]> {
  const text = await response.text();
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice('data: '.length)) as Record<string, unknown>);
}

test('GET /ping tells that the service is ready, without a token', async () => {
  const response = await fetch(`${system.url}/ping`);
  expect(await response.json()).toMatchObject({
    status: 'ok',
    service: 'brain',
    mode: 'custom',
    name: 'Baker',
  });
});

test('POST /chat answers with text, jobs and the number of tool calls', async () => {
  const response = await system.post('/chat', { message: 'what is 17 * 23?', channel: 'telegram' });
  expect(response.status).toBe(200);
  const answer = (await response.json()) as { conversationId: string; jobIds: string[] };
  expect(answer).toMatchObject({ response: 'It is 391.', toolCallCount: 1 });
  expect(answer.jobIds).toHaveLength(1);
  const status = await system.get(`/jobs/${answer.jobIds[0]}/status`);
  expect(await status.json()).toMatchObject({ jobId: answer.jobIds[0], status: 'completed' });
  const other = await system.post('/chat', { message: 'again' });
  expect((await other.json()) as object).not.toMatchObject({
    conversationId: answer.conversationId,
  });
});

test('a conversation is known by what its client calls it, for that user alone', async () => {
  const say = async (conversationId: string) => {
    const response = await system.post('/chat', { message: 'hello', conversationId });
    return (await response.json()) as { conversationId: string };
  };
  expect(await say('telegram-4711')).toMatchObject({ conversationId: 'telegram-4711' });
  expect(await say('telegram-4711')).toMatchObject({ conversationId: 'telegram-4711' });
  const shown = await system.get('/conversations/telegram-4711/messages');
  const { messages } = (await shown.json()) as { messages: { role: string; content: string }[] };
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  const listed = (await (await system.get('/conversations')).json()) as {
    id: string;
    title: string;
  }[];
  expect(listed[0]).toMatchObject({ title: 'hello' });
  // Somebody else who calls theirs the same has another one.
  const other = await system.get('/conversations/telegram-4711/messages?user_id=gary', {
    Authorization: `Bearer ${SUPER_TOKEN}`,
  });
  expect(other.status).toBe(404);
});

test('a repeated request with its key starts nothing twice, whatever its conversation is called', async () => {
  const say = async (conversationId: string | undefined, key: string) => {
    const body = { message: 'once', conversationId };
    const response = await system.post('/chat', body, { 'Idempotency-Key': key });
    return { status: response.status, ...((await response.json()) as { jobIds?: string[] }) };
  };
  const first = await say('discord-1', 'key-1');
  expect(await say('discord-1', 'key-1')).toEqual(first);
  expect((await say('discord-2', 'key-1')).status).toBe(422);
  const nameless = await say(undefined, 'key-2');
  expect(await say(undefined, 'key-2')).toEqual(nameless);
});

test('a deleted conversation stays deleted, though its client goes on under its name', async () => {
  const say = async () =>
    await (await system.post('/chat', { message: 'hello', conversationId: 'signal-1' })).json();
  await say();
  const [{ id = '' } = {}] = (await system.owner.listConversations()).data;
  await system.owner.deleteConversation(id);
  await say();
  const shown = await system.get('/conversations/signal-1/messages');
  expect(((await shown.json()) as { messages: object[] }).messages).toHaveLength(2);
  expect((await system.owner.listConversations({ deleted: true })).data).toMatchObject([{ id }]);
});

test('POST /chat/stream streams text, tools and the end', async () => {
  const response = await system.post('/chat/stream', { message: 'what is 17 * 23?' });
  expect(response.headers.get('Content-Type')).toContain('text/event-stream');
  const events = await readLines(response);
  expect(events.map(({ type }) => type).filter((type, i, all) => type !== all[i - 1])).toEqual([
    'tool_use',
    'tool_result',
    'text',
    'done',
  ]);
  expect(events[0]).toMatchObject({ tool: 'execute_code', input: { code: '17 * 23' } });
  const text = events.map((event) => (event['type'] === 'text' ? event['text'] : '')).join('');
  expect(text.trim()).toBe('It is 391.');
  expect(events.at(-1)).toMatchObject({ toolCallCount: 1, jobIds: [expect.any(String)] });
});

test.each([
  [{}, 'message is required and must be a string'],
  [{ message: '' }, 'message is required and must be a string'],
  [{ message: 7 }, 'message is required and must be a string'],
  [{ message: '  ' }, 'message is empty'],
])('POST /chat with %j is refused as those clients expect', async (body, error) => {
  for (const path of ['/chat', '/chat/stream']) {
    const response = await system.post(path, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error });
  }
});

test('GET /jobs lists the newest first', async () => {
  const jobs = (await (await system.get('/jobs')).json()) as { jobId: string; type: string }[];
  expect(jobs.length).toBeGreaterThan(1);
  expect(jobs[0]?.jobId.localeCompare(jobs[1]?.jobId ?? '')).toBe(1);
  expect((await system.get('/jobs/nothing/status')).status).toBe(404);
});

test('a client of a platform with one key for all of its users works as it is (BT-01 to BT-14)', async () => {
  const key = { Authorization: `Bearer ${SUPER_TOKEN}`, 'Content-Type': 'application/json' };
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${system.url}${path}`, {
      method,
      headers: key,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, json: () => JSON.parse(text) as object };
  };
  const health = await fetch(`${system.url}/health`);
  expect(await health.json()).toMatchObject({ status: 'healthy', version: expect.any(String) });
  const anonymous = await fetch(`${system.url}/api/v1/chat`, { method: 'POST' });
  expect(anonymous.status).toBe(401);
  expect(await anonymous.json()).toMatchObject({
    error: 'Authorization header with Bearer token required',
  });
  const chat = { client_id: 'web', user_id: 'bt-user', message: '17 * 23?', message_type: 'text' };
  const answer = await call('POST', '/api/v1/chat', { ...chat, something_new: true });
  expect(answer.json()).toMatchObject({
    responses: ['It is 391.'],
    response_language: 'en',
    voice_audio_base64: null,
  });
  const { user_id: _, ...nobody } = chat;
  expect((await call('POST', '/api/v1/chat', nobody)).json()).toMatchObject({
    error: 'user_id is required',
    code: 'VALIDATION_ERROR',
  });
  const user = '/api/v1/orgs/home/users/bt-user';
  const set = await call('PUT', `${user}/preferences`, { response_language: 'sw' });
  expect(set.json()).toEqual({ response_language: 'sw' });
  expect((await call('PUT', `${user}/preferences`, { response_language: 'EN' })).status).toBe(400);
  expect((await call('POST', '/api/v1/chat', chat)).json()).toMatchObject({
    response_language: 'sw',
  });
  expect((await call('GET', `${user}/history?limit=1&offset=1`)).json()).toMatchObject({
    user_id: 'bt-user',
    entries: [{ user_message: '17 * 23?', assistant_response: 'It is 391.' }],
    total_count: 2,
    limit: 1,
    offset: 1,
  });
  const config = '/api/v1/admin/orgs/home/config';
  expect((await call('PUT', config, { max_history_llm: 9 })).json()).toMatchObject({
    max_history_storage: 50,
    max_history_llm: 9,
  });
  expect((await call('DELETE', config)).json()).toMatchObject({ max_history_llm: 5 });
  expect((await call('DELETE', `${user}/history`)).json()).toEqual({
    message: 'User history cleared',
  });
  const stream = await fetch(`${system.url}/api/v1/chat/stream`, {
    method: 'POST',
    headers: key,
    body: JSON.stringify(chat),
  });
  const events = await readLines(stream);
  expect(events[0]).toMatchObject({ type: 'status', message: 'Processing your request...' });
  expect(events.at(-1)).toMatchObject({
    type: 'complete',
    response: { responses: ['It is 391.'], response_language: 'sw' },
  });
});
