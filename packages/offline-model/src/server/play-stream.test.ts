import { describe, expect, test } from 'vitest';
import type { StreamFault } from '../reply/reply.ts';
import { openScriptedModel } from '../script/open-scripted-model.ts';
import { type ScriptReply, textReply } from '../script/script.ts';
import { buildBody, post, readAllEvents, readEvents, readJson, type SseEvent } from '../testing.ts';

const STREAM = { stream: true };

function faulty(fault: StreamFault): ScriptReply {
  return { kind: 'message', blocks: [{ type: 'text', text: ['a', 'b', 'c'] }], fault };
}

/** Reads until the stream ends or breaks. */
async function readUntilBroken(
  response: Response,
): Promise<readonly [readonly SseEvent[], unknown]> {
  const events: SseEvent[] = [];
  try {
    for await (const event of readEvents(response)) events.push(event);
    return [events, undefined];
  } catch (error) {
    return [events, error];
  }
}

function countDeltas(events: readonly SseEvent[]): number {
  return events.filter(({ event }) => event === 'content_block_delta').length;
}

describe('refusals', () => {
  test.each([
    [429, 'rate_limit_error', { 'retry-after-ms': '20', 'retry-after': '1' }],
    [529, 'overloaded_error', {}],
    [500, 'api_error', {}],
  ])('%d is answered as %s with its headers', async (status, type, headers) => {
    await using model = await openScriptedModel({
      replies: [{ kind: 'refusal', status, headers }],
    });
    const response = await post(model, buildBody('hello', STREAM));
    expect(response.status).toBe(status);
    expect(await readJson(response)).toMatchObject({ type: 'error', error: { type } });
    for (const [name, value] of Object.entries(headers))
      expect(response.headers.get(name)).toBe(value);
  });

  test('a proxy in between may say anything', async () => {
    await using model = await openScriptedModel({
      replies: [{ kind: 'refusal', status: 502, body: '<html>Bad Gateway</html>' }],
    });
    expect(await (await post(model, buildBody('hello'))).text()).toBe('<html>Bad Gateway</html>');
  });
});

describe('faults in the middle of a stream', () => {
  test.each([0, 2])(
    'cut after %d deltas ends the connection without an end',
    async (afterDeltas) => {
      await using model = await openScriptedModel({
        replies: [faulty({ kind: 'cut', afterDeltas })],
      });
      const [events, error] = await readUntilBroken(await post(model, buildBody('hello', STREAM)));
      expect(events[0]?.event).toBe('message_start');
      expect(countDeltas(events)).toBe(afterDeltas);
      expect(error).toBeInstanceOf(TypeError);
      expect((await model.waitForEnd(1)).outcome).toBe('cut');
    },
  );

  test('hang sends the deltas and then nothing until the client gives up', async () => {
    await using model = await openScriptedModel({
      replies: [faulty({ kind: 'hang', afterDeltas: 1 })],
    });
    const abort = new AbortController();
    const response = await post(model, buildBody('hello', STREAM), { signal: abort.signal });
    const reading = readEvents(response);
    const names = await Promise.all(
      [1, 2, 3, 4].map(async () => (await reading.next()).value?.event),
    );
    expect(names.at(-1)).toBe('content_block_delta');
    expect(model.openCount).toBe(1);
    abort.abort();
    expect((await model.waitForEnd(1)).outcome).toBe('aborted');
  });

  test('hang before the headers sends nothing at all', async () => {
    await using model = await openScriptedModel({ replies: [{ kind: 'hang' }] });
    const abort = new AbortController();
    const asked = expect(
      post(model, buildBody('hello', STREAM), { signal: abort.signal }),
    ).rejects.toThrow();
    expect((await model.waitForRequest(1)).status).toBeUndefined();
    abort.abort();
    await asked;
    expect((await model.waitForEnd(1)).outcome).toBe('aborted');
  });

  test('an error event ends the stream', async () => {
    const fault = {
      kind: 'error',
      afterDeltas: 2,
      type: 'overloaded_error',
      message: 'Overloaded',
    } as const;
    await using model = await openScriptedModel({ replies: [faulty(fault)] });
    const events = await readAllEvents(await post(model, buildBody('hello', STREAM)));
    expect(countDeltas(events)).toBe(2);
    expect(events.at(-1)).toEqual({
      event: 'error',
      data: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    });
  });

  test('malformed data is no JSON', async () => {
    await using model = await openScriptedModel({
      replies: [faulty({ kind: 'malformed', afterDeltas: 1 })],
    });
    const [events, error] = await readUntilBroken(await post(model, buildBody('hello', STREAM)));
    expect(countDeltas(events)).toBe(1);
    expect(error).toBeInstanceOf(SyntaxError);
  });

  test('tool input can be cut short at max_tokens', async () => {
    await using model = await openScriptedModel({
      replies: [
        {
          kind: 'message',
          blocks: [{ type: 'tool_use', name: 'execute_code', input: '{"code": "17 *' }],
          stopReason: 'max_tokens',
        },
      ],
    });
    const text = await (await post(model, buildBody('hello', STREAM))).text();
    expect(text).toContain(JSON.stringify('{"code": "17 *'));
    expect(text).toContain('"stop_reason":"max_tokens"');
  });

  test.each([
    ['error', 529],
    ['malformed', 200],
  ] as const)('%s hits a reply without stream too', async (kind, status) => {
    const fault = { kind, afterDeltas: 0, type: 'overloaded_error', message: 'Overloaded' };
    await using model = await openScriptedModel({ replies: [faulty(fault)] });
    const response = await post(model, buildBody('hello'));
    expect(response.status).toBe(status);
    await response.text();
  });

  test('cut ends a reply without stream in its middle', async () => {
    await using model = await openScriptedModel({
      replies: [faulty({ kind: 'cut', afterDeltas: 0 })],
    });
    const response = await post(model, buildBody('hello'));
    await expect(response.text()).rejects.toThrow(TypeError);
  });
});

describe('pace', () => {
  test('deltas come one by one at their times', async () => {
    const pace = { firstByteMs: 50, deltaMs: 20 };
    const words = Array.from({ length: 10 }, (_, index) => `${index} `);
    await using model = await openScriptedModel({ replies: [textReply(words)], pace });
    const startedAt = performance.now();
    const arrivals: number[] = [];
    for await (const { event } of readEvents(await post(model, buildBody('hello', STREAM))))
      if (event === 'content_block_delta') arrivals.push(performance.now() - startedAt);
    expect(arrivals).toHaveLength(10);
    expect(arrivals[0]).toBeGreaterThan(49);
    expect(arrivals[9]).toBeGreaterThan(229);
  });

  test('deltas larger than the buffers of the socket all arrive', async () => {
    const words = Array.from({ length: 40 }, () => 'x'.repeat(256 * 1024));
    await using model = await openScriptedModel({
      replies: [textReply(words)],
      pace: { firstByteMs: 0, deltaMs: 1 },
    });
    const response = await post(model, buildBody('hello', STREAM));
    const events = await readAllEvents(response);
    expect(countDeltas(events)).toBe(40);
    expect(events.at(-1)?.event).toBe('message_stop');
  });

  test('200 streams at once each get all of their deltas', async () => {
    const words = Array.from({ length: 25 }, (_, index) => `${index} `);
    await using model = await openScriptedModel({
      replies: () => textReply(words),
      pace: { firstByteMs: 0, deltaMs: 20 },
    });
    const counts = await Promise.all(
      Array.from({ length: 200 }, async (_, user) =>
        countDeltas(await readAllEvents(await post(model, buildBody(`user ${user}`, STREAM)))),
      ),
    );
    expect(counts).toEqual(Array.from({ length: 200 }, () => 25));
    expect(model.openCount).toBe(0);
  });
});
