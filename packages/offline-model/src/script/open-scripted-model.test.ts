import { describe, expect, test } from 'vitest';
import {
  API_HEADERS,
  buildBody,
  buildTool,
  joinContent,
  post,
  postForMessage,
  readAllEvents,
  readEvents,
  readText,
} from '../testing.ts';
import { openScriptedModel } from './open-scripted-model.ts';
import { byTurn, textReply, toolReply } from './script.ts';

const STREAM = { stream: true };

describe('replies', () => {
  test('a list answers request after request', async () => {
    await using model = await openScriptedModel({ replies: [textReply('one'), textReply('two')] });
    expect(readText(await postForMessage(model, buildBody('hello')))).toBe('one');
    expect(readText(await postForMessage(model, buildBody('hello')))).toBe('two');
  });

  test('a list at its end is a 500 that nobody retries', async () => {
    await using model = await openScriptedModel({ replies: [] });
    const response = await post(model, buildBody('hello'));
    expect(response.status).toBe(500);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(await response.text()).toContain('the script ends after 0 replies');
  });

  test('a request that is refused uses up no reply', async () => {
    await using model = await openScriptedModel({ replies: [textReply('one')] });
    await post(model, buildBody('hello', { temperature: 1 }));
    expect(readText(await postForMessage(model, buildBody('hello')))).toBe('one');
  });

  test('a function answers by the parsed request and its index', async () => {
    await using model = await openScriptedModel({
      replies: ({ messages, tools }, index) =>
        textReply(`${index} ${JSON.stringify(messages[0]?.blocks)} ${tools[0]?.name}`),
    });
    const message = await postForMessage(model, buildBody('hello', { tools: [buildTool('run')] }));
    expect(readText(message)).toBe('0 [{"type":"text","text":"hello"}] run');
  });

  test('a function may let the answer wait', async () => {
    const gate = Promise.withResolvers<void>();
    await using model = await openScriptedModel({
      replies: () => gate.promise.then(() => textReply('at last')),
    });
    const asked = postForMessage(model, buildBody('hello'));
    await model.waitForRequest(1);
    gate.resolve();
    expect(readText(await asked)).toBe('at last');
  });

  test('byTurn says the same when it is asked again, and goes on with the run', async () => {
    const replies = byTurn([toolReply('execute_code', { code: '1' }), textReply('done')]);
    await using model = await openScriptedModel({ replies });
    const first = await postForMessage(model, buildBody('hello'));
    const again = await postForMessage(model, buildBody('hello'));
    const messages = [
      { role: 'user', content: 'earlier' },
      { role: 'assistant', content: 'yes' },
      { role: 'user', content: 'hello' },
      { role: 'assistant', content: first['content'] },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: readId(first), content: '1' }],
      },
    ];
    expect(again).toEqual(first);
    expect(readText(await postForMessage(model, buildBody('', { messages })))).toBe('done');
  });

  test('blocks, stop reason and usage are as written, in both forms', async () => {
    await using model = await openScriptedModel({
      replies: () => ({
        kind: 'message',
        blocks: [
          { type: 'thinking', thinking: ['hm', '…'] },
          { type: 'text', text: ['I ', 'look.'] },
          { type: 'tool_use', id: 'toolu_a', name: 'look', input: { at: 'ä' } },
        ],
        stopReason: 'pause_turn',
        usage: { input_tokens: 7, output_tokens: 9 },
      }),
    });
    const whole = await postForMessage(model, buildBody('hello'));
    const events = await readAllEvents(await post(model, buildBody('hello', STREAM)));
    expect(joinContent(events)).toEqual(whole['content']);
    expect(whole).toMatchObject({
      content: [
        { type: 'thinking', thinking: 'hm…' },
        { type: 'text', text: 'I look.' },
        { type: 'tool_use', id: 'toolu_a', name: 'look', input: { at: 'ä' } },
      ],
      stop_reason: 'pause_turn',
      usage: { input_tokens: 7, output_tokens: 9, cache_read_input_tokens: 0 },
    });
    expect(
      events
        .filter(({ event }) => event === 'content_block_delta')
        .map(({ data }) => data['delta']),
    ).toEqual([
      { type: 'thinking_delta', thinking: 'hm' },
      { type: 'thinking_delta', thinking: '…' },
      { type: 'signature_delta', signature: expect.any(String) },
      { type: 'text_delta', text: 'I ' },
      { type: 'text_delta', text: 'look.' },
      { type: 'input_json_delta', partial_json: '' },
      { type: 'input_json_delta', partial_json: '{"at":"ä"}' },
    ]);
  });

  test('a thinking block that comes back as it was is accepted', async () => {
    await using model = await openScriptedModel({
      replies: [
        {
          kind: 'message',
          blocks: [
            { type: 'thinking', thinking: 'hm' },
            { type: 'text', text: 'hi' },
          ],
        },
        textReply('again'),
      ],
    });
    const { content } = await postForMessage(model, buildBody('hello'));
    const messages = [
      { role: 'user', content: 'hello' },
      { role: 'assistant', content },
      { role: 'user', content: 'and?' },
    ];
    expect(readText(await postForMessage(model, buildBody('', { messages })))).toBe('again');
  });

  test('a refusal stop carries its details and may have no content', async () => {
    await using model = await openScriptedModel({
      replies: () => ({ kind: 'message', blocks: [], stopReason: 'refusal' }),
    });
    const events = await readAllEvents(await post(model, buildBody('hello', STREAM)));
    expect(events.map(({ event }) => event)).toEqual([
      'message_start',
      'message_delta',
      'message_stop',
    ]);
    expect(events[1]?.data['delta']).toMatchObject({
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', category: null },
    });
  });
});

describe('the log', () => {
  test('keeps the body as received, the headers without the key, and the outcome', async () => {
    await using model = await openScriptedModel({ replies: [textReply('hi')] });
    const rawBody = `  ${JSON.stringify(buildBody('ä  "😀"'))}\n`;
    await (
      await post(model, rawBody, { headers: { ...API_HEADERS, authorization: 'Bearer x' } })
    ).text();
    const received = await model.waitForEnd(1);
    expect(received).toMatchObject({
      index: 0,
      rawBody,
      body: JSON.parse(rawBody),
      outcome: 'answered',
      status: 200,
    });
    expect(received.headers['anthropic-version']).toBe('2026-10-21');
    expect(Object.keys(received.headers)).not.toContain('x-api-key');
    expect(Object.keys(received.headers)).not.toContain('authorization');
    expect(model.requests).toEqual([received]);
  });

  test('keeps refused requests with their status', async () => {
    await using model = await openScriptedModel({ replies: [] });
    await post(model, '{');
    expect(await model.waitForEnd(1)).toMatchObject({ rawBody: '{', body: undefined, status: 400 });
  });

  test('waiting ends in an error when the model is closed before', async () => {
    const model = await openScriptedModel({ replies: [] });
    const waiting = model.waitForRequest(1);
    await Promise.all([
      expect(waiting).rejects.toThrow('closed before request 1'),
      model[Symbol.asyncDispose](),
    ]);
  });

  test('clients that go away in the middle of a stream are noted and free everything', async () => {
    await using model = await openScriptedModel({
      replies: () => textReply('two words'),
      pace: { firstByteMs: 0, deltaMs: 60_000 },
    });
    const abort = new AbortController();
    const users = Array.from({ length: 30 }, (_, user) => user);
    const readings = users.map(async (user) => {
      const response = await post(model, buildBody(`user ${user}`, STREAM), {
        signal: abort.signal,
      });
      for await (const { event } of readEvents(response))
        if (event === 'content_block_delta') break;
    });
    await Promise.all(readings);
    abort.abort();
    const ended = await Promise.all(users.map((user) => model.waitForEnd(user + 1)));
    expect(new Set(ended.map(({ outcome }) => outcome))).toEqual(new Set(['aborted']));
    expect(model.openCount).toBe(0);
    expect(countTimers()).toBeLessThan(10);
  });

  test('closing cuts what is open', async () => {
    const model = await openScriptedModel({ replies: [{ kind: 'hang' }] });
    const asked = expect(post(model, buildBody('hello'))).rejects.toThrow();
    await model.waitForRequest(1);
    await model[Symbol.asyncDispose]();
    await asked;
    expect(model.requests[0]?.outcome).toBe('cut');
  });
});

function readId(message: Awaited<ReturnType<typeof postForMessage>>): unknown {
  const { content } = message;
  return Array.isArray(content) ? content[0].id : undefined;
}

function countTimers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}
