import { systemClock } from '@bakerst/kit';
import { createFakeClock, settle } from '@bakerst/kit/testing';
import {
  openScriptedModel,
  type ScriptedModel,
  type ScriptReply,
  textReply,
} from '@bakerst/offline-model';
import { expect, test } from 'vitest';
import { createAnthropicModel } from './anthropic-model.ts';
import type { ModelRequest } from './model.ts';

const REQUEST: ModelRequest = {
  model: 'claude-sonnet-5-5',
  maxTokens: 1_000,
  system: { stable: 'You are Baker.', changing: 'It is Friday.' },
  tools: [{ name: 'execute_code', description: 'Runs code.', inputSchema: { type: 'object' } }],
  messages: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }],
};

function openModel(...replies: ScriptReply[]): Promise<ScriptedModel> {
  return openScriptedModel({ replies });
}

async function ask(
  server: ScriptedModel,
  clock = systemClock,
  signal = new AbortController().signal,
) {
  const model = createAnthropicModel({ apiKey: 'key', baseUrl: server.url }, clock);
  const texts: string[] = [];
  const reply = await model.reply(REQUEST, { signal, onText: (text) => texts.push(text) });
  return { reply, texts };
}

test('text is handed on piece by piece and given as a whole', async () => {
  await using server = await openModel({
    kind: 'message',
    blocks: [{ type: 'text', text: ['Good ', 'morn', 'ing'] }],
    usage: { input_tokens: 7, output_tokens: 3 },
  });
  const { reply, texts } = await ask(server);
  expect(texts).toEqual(['Good ', 'morn', 'ing']);
  expect(reply.content).toEqual([{ type: 'text', text: 'Good morning' }]);
  expect(reply.stopReason).toBe('end_turn');
  expect(reply.usage).toMatchObject({ input_tokens: 7, output_tokens: 3 });
});

test('thinking and tool calls are kept as they came', async () => {
  await using server = await openModel({
    kind: 'message',
    blocks: [
      { type: 'thinking', thinking: 'let me see' },
      { type: 'tool_use', name: 'execute_code', input: { code: '1 + 1' } },
      { type: 'tool_use', name: 'execute_code', input: {} },
    ],
  });
  const { reply, texts } = await ask(server);
  expect(texts).toEqual([]);
  expect(reply.stopReason).toBe('tool_use');
  expect(reply.content).toEqual([
    { type: 'thinking', thinking: 'let me see', signature: expect.stringMatching(/.+/) },
    { type: 'tool_use', id: expect.any(String), name: 'execute_code', input: { code: '1 + 1' } },
    { type: 'tool_use', id: expect.any(String), name: 'execute_code', input: {} },
  ]);
});

test('what a reply held goes back unchanged, and the server accepts it', async () => {
  await using server = await openModel(
    {
      kind: 'message',
      blocks: [
        { type: 'thinking', thinking: 'let me see' },
        { type: 'tool_use', name: 'execute_code', input: { code: '1' } },
      ],
    },
    textReply('fine'),
  );
  const model = createAnthropicModel({ apiKey: 'key', baseUrl: server.url }, systemClock);
  const call = { signal: new AbortController().signal, onText: () => undefined };
  const { content } = await model.reply(REQUEST, call);
  const [, use] = content;
  const toolUseId = use?.type === 'tool_use' ? use.id : '';
  const answered = await model.reply(
    {
      ...REQUEST,
      messages: [
        ...REQUEST.messages,
        { role: 'assistant', content },
        { role: 'user', content: [{ type: 'tool_result', toolUseId, text: '1', isError: false }] },
      ],
    },
    call,
  );
  expect(answered.content).toEqual([{ type: 'text', text: 'fine' }]);
});

test('the stable prompt and the last message are marked for the cache', async () => {
  await using server = await openModel(textReply('fine'));
  await ask(server);
  const mark = { type: 'ephemeral' };
  expect(JSON.parse(server.requests[0]?.rawBody ?? '')).toMatchObject({
    system: [{ text: 'You are Baker.', cache_control: mark }, { text: 'It is Friday.' }],
    messages: [{ content: [{ text: 'hello', cache_control: mark }] }],
  });
});

test.each<[string, ScriptReply, object]>([
  ['a refused key', { kind: 'refusal', status: 401 }, { reason: 'MODEL_KEY_REFUSED', status: 502 }],
  ['an unknown model', { kind: 'refusal', status: 404 }, { reason: 'MODEL_NOT_FOUND' }],
  [
    'a request that does not fit',
    { kind: 'refusal', status: 400 },
    { reason: 'MODEL_REQUEST_REFUSED' },
  ],
  [
    'a stream that ends in the middle',
    cutAfterOne({ kind: 'cut', afterDeltas: 1 }),
    { reason: 'MODEL_REPLY_CUT' },
  ],
  [
    'a stream that reports overload',
    cutAfterOne({ kind: 'error', afterDeltas: 1, type: 'overloaded_error', message: 'Overloaded' }),
    { reason: 'MODEL_REPLY_CUT' },
  ],
  [
    'a stream that is no stream',
    cutAfterOne({ kind: 'malformed', afterDeltas: 1 }),
    { reason: 'MODEL_REPLY_CUT' },
  ],
])('%s is told apart', async (_name, reply, expected) => {
  await using server = await openModel(reply);
  await expect(ask(server)).rejects.toMatchObject({ name: 'AppError', ...expected });
});

function cutAfterOne(
  fault: NonNullable<Extract<ScriptReply, { kind: 'message' }>['fault']>,
): ScriptReply {
  return { kind: 'message', blocks: [{ type: 'text', text: ['one', 'two'] }], fault };
}

test('an overloaded model is asked again, and gives up as unavailable with its own waiting time', async () => {
  const busy: ScriptReply = { kind: 'refusal', status: 529, headers: { 'retry-after-ms': '5' } };
  await using patient = await openModel(busy, busy, busy, textReply('at last'));
  expect((await ask(patient)).texts.join('')).toBe('at last');
  const limited: ScriptReply = {
    kind: 'refusal',
    status: 429,
    headers: { 'retry-after-ms': '5', 'retry-after': '7' },
  };
  await using hopeless = await openModel(limited, limited, limited, limited);
  await expect(ask(hopeless)).rejects.toMatchObject({
    code: 'CLAUDE_API_ERROR',
    reason: 'UPSTREAM_UNAVAILABLE',
    retryAfterMs: 7_000,
  });
});

test('a tool call that was cut in the middle is marked as malformed', async () => {
  await using server = await openModel({
    kind: 'message',
    blocks: [{ type: 'tool_use', name: 'execute_code', input: '{"code": "17 *' }],
    stopReason: 'max_tokens',
  });
  const { reply } = await ask(server);
  expect(reply.stopReason).toBe('max_tokens');
  expect(reply.content).toMatchObject([{ type: 'tool_use', input: {}, isMalformed: true }]);
});

test('an aborted call throws the reason and closes the connection', async () => {
  await using server = await openModel({ kind: 'hang' });
  const abort = new AbortController();
  const asked = ask(server, systemClock, abort.signal);
  await server.waitForRequest(1);
  abort.abort(new Error('halted'));
  await expect(asked).rejects.toThrow('halted');
  expect((await server.waitForEnd(1)).outcome).toBe('aborted');
});

test('a model that says nothing for 90 s times out; one that falls silent for 60 s is cut', async () => {
  const clock = createFakeClock();
  await using mute = await openModel({ kind: 'hang' });
  const asked = ask(mute, clock);
  asked.catch(() => undefined);
  await mute.waitForRequest(1);
  await clock.advance(91_000);
  await expect(asked).rejects.toMatchObject({
    code: 'TIMEOUT_ERROR',
    reason: 'UPSTREAM_UNAVAILABLE',
  });

  await using fading = await openModel(cutAfterOne({ kind: 'hang', afterDeltas: 1 }));
  const model = createAnthropicModel({ apiKey: 'key', baseUrl: fading.url }, clock);
  const { promise: heard, resolve } = Promise.withResolvers<void>();
  const faded = model.reply(REQUEST, {
    signal: new AbortController().signal,
    onText: () => resolve(),
  });
  faded.catch(() => undefined);
  await heard;
  await clock.advance(61_000);
  await settle();
  await expect(faded).rejects.toMatchObject({ reason: 'MODEL_REPLY_CUT' });
});

test('the probe tells a good key from a refused one and from an address without an answer', async () => {
  await using server = await openScriptedModel({ replies: [], apiKey: 'right' });
  const probe = (apiKey: string, baseUrl = server.url): Promise<string> =>
    createAnthropicModel({ apiKey, baseUrl }, systemClock).probe();
  expect(await probe('right')).toBe('ok');
  expect(await probe('wrong')).toBe('refused');
  expect(await probe('right', 'http://127.0.0.1:9')).toBe('unknown');
});
