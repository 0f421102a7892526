import { textReply } from '@bakerst/offline-model';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callDirectly } from './support/mcp-client.ts';
import { OWNER_TOKEN, SUPER_TOKEN, type System, startSystem } from './support/system.ts';

const UNKNOWN = '01a21ca9-3ab6-7273-9b52-0d2761b1ba00';

let system: System;
beforeAll(async () => {
  system = await startSystem({
    script: () => textReply('Green tea, as always.'),
    pace: { firstByteMs: 50, deltaMs: 0 },
  });
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

interface Connected extends AsyncDisposable {
  readonly client: Client;
  call(name: string, args: Record<string, unknown>): Promise<Answer>;
}

interface Answer {
  readonly isError: boolean;
  readonly text: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** The client of the protocol's own SDK. */
async function connect(token = OWNER_TOKEN): Promise<Connected> {
  const direct = await callDirectly(`${system.url}/mcp`, token);
  const { client } = direct;
  return {
    client,
    async call(name, args) {
      const result = await client.callTool({ name, arguments: args });
      const [first] = Array.isArray(result.content) ? result.content : [];
      const content: Answer['content'] = { ...Object(result.structuredContent) };
      return { isError: result.isError === true, text: String(first?.text), content };
    },
    [Symbol.asyncDispose]: () => direct[Symbol.asyncDispose](),
  };
}

test('a client of MCP finds the tools of the assistant', async () => {
  await using assistant = await connect();
  const { tools } = await assistant.client.listTools();
  expect(tools.map(({ name }) => name)).toEqual([
    'chat',
    'recall',
    'remember',
    'create_job',
    'job_status',
  ]);
  for (const { inputSchema, description } of tools) {
    expect(inputSchema.type).toBe('object');
    expect(description).not.toBe('');
  }
});

test('it talks to the assistant, and finds what was said', async () => {
  await using assistant = await connect();
  const said = await assistant.call('chat', { message: 'Which tea do you recommend?' });
  expect(said).toMatchObject({ isError: false, content: { answer: 'Green tea, as always.' } });
  const { answer: _, conversation_id: conversation, run_id: run } = said.content;
  expect(await system.owner.getRun(String(run))).toMatchObject({
    status: 'completed',
    conversation_id: conversation,
  });
  const found = await assistant.call('recall', { query: 'green tea' });
  expect(found.content).toMatchObject({
    found: [{ conversation_id: conversation, role: 'assistant', text: 'Green tea, as always.' }],
  });
});

test('it remembers, the same words once, and finds it by its words', async () => {
  await using assistant = await connect();
  const text = 'The NAS is called Moriarty.';
  const one = await assistant.call('remember', { text, category: 'homelab' });
  expect(one.content).toMatchObject({ text, category: 'homelab' });
  const again = await assistant.call('remember', { text: ` the  NAS is called Moriarty. ` });
  expect(again.content['id']).toBe(one.content['id']);
  const { content } = await assistant.call('recall', { query: 'how is the nas calling?' });
  expect(content).toMatchObject({ facts: [{ id: one.content['id'], text }] });
  await using root = await connect(SUPER_TOKEN);
  const other = await root.call('recall', { query: 'NAS', user_id: 'bob' });
  expect(other.content).toMatchObject({ facts: [] });
});

test('it gives jobs to the workers, and asks for their results', async () => {
  await using assistant = await connect();
  const job = { type: 'code', code: '6 * 7' };
  const [one, two] = await Promise.all(
    [1, 2].map(() => assistant.call('create_job', { job, idempotency_key: 'mcp-1' })),
  );
  expect(two?.content).toMatchObject({ id: one?.content['id'] });
  await expect
    .poll(async () => (await assistant.call('job_status', { id: one?.content['id'] })).content, {
      timeout: 30_000,
    })
    .toMatchObject({ status: 'completed', result: { value: 42 } });
});

test.each([
  ['chat', { message: ' ' }, /VALIDATION_ERROR|INVALID_MESSAGE/],
  ['chat', { massage: 'tea' }, /VALIDATION_ERROR/],
  ['chat', { message: 'tea', user_id: 'alice' }, /FORBIDDEN/],
  ['create_job', { job: { type: 'command', command: 'rm -rf /' } }, /COMMAND_NOT_ALLOWED/],
  ['job_status', { id: 'nothing' }, /JOB_NOT_FOUND|NOT_FOUND/],
  ['recall', { query: '' }, /VALIDATION_ERROR/],
  ['remember', { text: ' ' }, /VALIDATION_ERROR/],
  ['remember', { text: 'tea', category: 'tea' }, /VALIDATION_ERROR/],
])('%s with %o is refused in words', async (name, args, text) => {
  await using assistant = await connect();
  const answer = await assistant.call(name, args);
  expect(answer.isError).toBe(true);
  expect(answer.text).toMatch(text);
});

test.each([
  ['chat', { message: 'tea' }],
  ['recall', { query: 'tea' }],
  ['remember', { text: 'tea' }],
  ['create_job', { job: { type: 'code', code: '1' } }],
  ['job_status', { id: UNKNOWN }],
])('%s works for nobody else by naming them', async (name, args) => {
  await using assistant = await connect();
  for (const whom of [{ user_id: 'alice' }, { org: 'bakery' }]) {
    const own = 'job' in args ? { job: { ...args.job, ...whom } } : { ...args, ...whom };
    expect(await assistant.call(name, own)).toMatchObject({ isError: true });
  }
});

test('the job of somebody else is as unknown as one that is not there', async () => {
  await using root = await connect(SUPER_TOKEN);
  const job = { type: 'code', code: '1', user_id: 'carol' };
  const hers = await root.call('create_job', { job });
  await using assistant = await connect();
  const foreign = await assistant.call('job_status', { id: hers.content['id'] });
  expect(foreign).toMatchObject({ isError: true });
  expect(foreign).toEqual(await assistant.call('job_status', { id: UNKNOWN }));
});

test('an unknown tool is an error of the protocol', async () => {
  await using assistant = await connect();
  await expect(assistant.call('rob_bank', {})).rejects.toThrow(/no tool/);
});

test('a credential that stands for nobody says whom it means', async () => {
  await using assistant = await connect(SUPER_TOKEN);
  expect((await assistant.call('chat', { message: 'tea' })).text).toMatch(/user_id/);
  const said = await assistant.call('chat', { message: 'tea', user_id: 'bob' });
  expect(said).toMatchObject({ isError: false });
});

test('without a token, or with a wrong one, nobody gets in', async () => {
  await expect(connect('wrong')).rejects.toThrow();
  const response = await fetch(`${system.url}/mcp`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
  });
  expect(response.status).toBe(401);
});

test('while an answer is on its way its caller hears that', async () => {
  await using assistant = await connect();
  const heard: string[] = [];
  await assistant.client.callTool({ name: 'chat', arguments: { message: 'tea?' } }, undefined, {
    onprogress: ({ message }) => heard.push(String(message)),
  });
  expect(heard.length).toBeGreaterThan(0);
});
