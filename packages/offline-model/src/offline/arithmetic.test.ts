import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../api/narrow.ts';
import { buildBody, buildTool, postForMessage, talk } from '../testing.ts';
import { openOfflineModel } from './open-offline-model.ts';

const CODE = buildTool('execute_code', { code: { type: 'string' } });

function envelope(fields: JsonObject): string {
  return JSON.stringify({ logs: [], truncated: false, tool_calls: 0, duration_ms: 2, ...fields });
}

describe('arithmetic', () => {
  test.each([
    'what is 17 * 23?',
    '17*23',
    'How much is 17 times 23, please?',
    "Hey! What's 17 × 23 ?",
    'compute 17 * 23.',
    'calculate 17 multiplied by 23',
  ])('%s is computed by execute_code', async (words) => {
    const results = [envelope({ ok: true, value: 391 })];
    const { text, calls } = await talk(words, { tools: [CODE], results });
    expect(calls).toEqual([{ name: 'execute_code', input: { code: '17 * 23' } }]);
    expect(text).toBe('17 * 23 = 391');
  });

  test('the answer is what the tool says, without binary noise', async () => {
    const results = [envelope({ ok: true, value: 0.30000000000000004 })];
    expect((await talk('0.1 + 0.2', { tools: [CODE], results })).text).toBe('0.1 + 0.2 = 0.3');
  });

  test('a result that is no number is none', async () => {
    const results = [envelope({ ok: true, value: null })];
    const { text } = await talk('what is 1/0?', { tools: [CODE], results });
    expect(text).toBe('1 / 0 has no finite result.');
  });

  test('without execute_code it says so', async () => {
    const { text, calls } = await talk('what is 17 * 23?', { tools: [] });
    expect(calls).toEqual([]);
    expect(text).toContain('offline model');
    expect(text).toContain('execute_code is not offered');
  });

  test('with tool_choice none no tool is called', async () => {
    await using model = await openOfflineModel();
    const body = buildBody('17 * 23', { tools: [CODE], tool_choice: { type: 'none' } });
    expect(await postForMessage(model, body)).toMatchObject({ stop_reason: 'end_turn' });
  });
});
