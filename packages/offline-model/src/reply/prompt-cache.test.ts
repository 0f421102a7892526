import { describe, expect, test } from 'vitest';
import { openOfflineModel } from '../offline/open-offline-model.ts';
import { buildBody, post, postForMessage, readJson, toRecord } from '../testing.ts';

const MARK = { cache_control: { type: 'ephemeral' } };

describe('tokens', () => {
  test('count_tokens agrees with the usage of the message', async () => {
    await using model = await openOfflineModel();
    const { max_tokens: _left, ...prompt } = buildBody('hello', { system: 'Be kind.' });
    const path = '/v1/messages/count_tokens';
    const counted = await readJson(await post(model, prompt, { path }));
    const message = await readJson(await post(model, { ...prompt, max_tokens: 100 }));
    expect(message['usage']).toMatchObject({ ...counted, cache_read_input_tokens: 0 });
    expect(counted['input_tokens']).toBeGreaterThan(0);
  });

  test('count_tokens takes no max_tokens', async () => {
    await using model = await openOfflineModel();
    const response = await post(model, buildBody('hello'), { path: '/v1/messages/count_tokens' });
    expect(response.status).toBe(400);
  });

  test('a marked prefix is written once and read from then on, while the mark moves', async () => {
    await using model = await openOfflineModel();
    const system = [{ type: 'text', text: 'You are the assistant of the house.', ...MARK }];
    const first = toRecord(
      (await readJson(await post(model, buildBody('hello', { system }))))['usage'],
    );
    const messages = [
      { role: 'user', content: 'hello' },
      { role: 'assistant', content: 'hi' },
      { role: 'user', content: [{ type: 'text', text: 'and now?', ...MARK }] },
    ];
    const body = buildBody('', { system, messages });
    const second = toRecord((await postForMessage(model, body))['usage']);
    expect(first['cache_creation_input_tokens']).toBeGreaterThan(0);
    expect(first['cache_read_input_tokens']).toBe(0);
    expect(second['cache_read_input_tokens']).toBe(first['cache_creation_input_tokens']);
    expect(second['cache_creation_input_tokens']).toBeGreaterThan(0);
    expect(second['input_tokens']).toBe(0);
  });
});
