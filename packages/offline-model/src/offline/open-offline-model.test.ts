import { describe, expect, test } from 'vitest';
import {
  buildBody,
  buildTool,
  joinContent,
  post,
  postForMessage,
  readAllEvents,
  readJson,
} from '../testing.ts';
import { openOfflineModel } from './open-offline-model.ts';

const tools = [buildTool('execute_code')];

describe('the stream', () => {
  test('has the events of a text reply in order, in many deltas', async () => {
    await using model = await openOfflineModel();
    const response = await post(model, buildBody('hello', { stream: true }));
    const names = (await readAllEvents(response)).map(({ event }) => event);
    const deltas = names.filter((name) => name === 'content_block_delta');
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(deltas.length).toBeGreaterThan(10);
    expect(names).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      ...deltas,
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  test('names each event in its data too', async () => {
    await using model = await openOfflineModel();
    const events = await readAllEvents(await post(model, buildBody('hello', { stream: true })));
    expect(events.map(({ data }) => data['type'])).toEqual(events.map(({ event }) => event));
  });

  test.each(['hello', '17 * 23', '```js\n1\n```\n```js\n"ü€😀"\n```'])(
    'adds up to the same message as the JSON reply: %j',
    async (words) => {
      await using model = await openOfflineModel();
      const whole = await postForMessage(model, buildBody(words, { tools }));
      const events = await readAllEvents(
        await post(model, buildBody(words, { tools, stream: true })),
      );
      const start = events.find(({ event }) => event === 'message_start')?.data['message'];
      const end = events.find(({ event }) => event === 'message_delta')?.data;
      expect(joinContent(events)).toEqual(whole['content']);
      expect(start).toMatchObject({
        id: whole['id'],
        model: whole['model'],
        content: [],
        stop_reason: null,
      });
      expect(end).toMatchObject({
        delta: { stop_reason: whole['stop_reason'] },
        usage: { output_tokens: expect.any(Number) },
      });
    },
  );
});

describe('determinism', () => {
  test('the same request gets the same bytes, from another server too', async () => {
    await using one = await openOfflineModel();
    await using other = await openOfflineModel();
    const body = buildBody('17 * 23', { tools, stream: true });
    const texts = await Promise.all(
      [one, one, other].map(async (model) => (await post(model, body)).text()),
    );
    expect(new Set(texts).size).toBe(1);
  });

  test('another request gets other ids', async () => {
    await using model = await openOfflineModel();
    const one = await postForMessage(model, buildBody('17 * 23', { tools }));
    const other = await postForMessage(model, buildBody('17 * 24', { tools }));
    expect(one['id']).not.toBe(other['id']);
  });
});

describe('max_tokens', () => {
  test.each([0, 1, 5])('%d cuts the text there', async (maxTokens) => {
    await using model = await openOfflineModel();
    const message = await postForMessage(model, buildBody('hello', { max_tokens: maxTokens }));
    const text = 'I am the offline model'.slice(0, maxTokens * 4);
    expect(message['stop_reason']).toBe('max_tokens');
    expect(message['content']).toEqual(
      text === '' ? [] : [{ type: 'text', text, citations: null }],
    );
  });

  test('cuts a tool call in the middle of its JSON', async () => {
    await using model = await openOfflineModel();
    const response = await post(
      model,
      buildBody('17 * 23', { tools, max_tokens: 2, stream: true }),
    );
    const text = await response.text();
    expect(text).toContain('"stop_reason":"max_tokens"');
    expect(text).toContain(JSON.stringify('{"code":'));
  });
});

test('a paced reply takes its time', async () => {
  await using model = await openOfflineModel({ pace: { firstByteMs: 30, deltaMs: 2 } });
  const startedAt = performance.now();
  await readJson(await post(model, buildBody('hello')));
  expect(performance.now() - startedAt).toBeGreaterThan(60);
});
