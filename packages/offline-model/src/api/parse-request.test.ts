import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../api/narrow.ts';
import { openOfflineModel } from '../offline/open-offline-model.ts';
import { buildBody, buildTool, post, readJson } from '../testing.ts';

const CALL = { type: 'tool_use', id: 'toolu_1', name: 'execute_code', input: { code: '1' } };
const RESULT = { type: 'tool_result', tool_use_id: 'toolu_1', content: '1' };
const MARK = { cache_control: { type: 'ephemeral' } };

function talk(...contents: readonly unknown[]): JsonObject {
  const messages = contents.map((content, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content,
  }));
  return buildBody('', { messages });
}

function without(name: string): JsonObject {
  const { [name]: _left, ...body } = buildBody('hello');
  return body;
}

const REFUSED: readonly (readonly [name: string, body: JsonObject | string, message: RegExp])[] = [
  ['text that is not JSON', '{"model":', /not valid JSON/],
  ['a list', '[]', /valid dictionary/],
  ['a missing model', without('model'), /model: Field required/],
  ['an empty model', buildBody('hello', { model: '' }), /at least 1 character/],
  ['missing max_tokens', without('max_tokens'), /max_tokens: Field required/],
  ['max_tokens below 0', buildBody('hello', { max_tokens: -1 }), /greater than or equal to 0/],
  ['max_tokens that are no whole number', buildBody('hello', { max_tokens: 1.5 }), /valid integer/],
  ['missing messages', without('messages'), /messages: Field required/],
  ['no messages', buildBody('', { messages: [] }), /at least one message is required/],
  ['an unknown field', buildBody('hello', { max_token: 5 }), /max_token: Extra inputs are not/],
  ['temperature', buildBody('hello', { temperature: 0 }), /`temperature` is deprecated/],
  ['top_p', buildBody('hello', { top_p: 1 }), /`top_p` is deprecated/],
  ['top_k', buildBody('hello', { top_k: 1 }), /`top_k` is deprecated/],
  ['a stream that is no boolean', buildBody('hello', { stream: 'yes' }), /stream: .*boolean/],
  ['a white stop sequence', buildBody('hello', { stop_sequences: [' '] }), /non-whitespace/],
  ['an unknown effort', buildBody('hello', { output_config: { effort: 'huge' } }), /effort/],
  [
    'a thinking budget that is not below max_tokens',
    buildBody('hello', { max_tokens: 2000, thinking: { type: 'enabled', budget_tokens: 2000 } }),
    /greater than `thinking.budget_tokens`/,
  ],
  [
    'an empty system block',
    buildBody('hello', { system: [{ type: 'text', text: '' }] }),
    /system: text content/,
  ],
  [
    'a first message of the assistant',
    buildBody('', { messages: [{ role: 'assistant', content: 'hello' }] }),
    /first message/,
  ],
  [
    'the role system',
    buildBody('', { messages: [{ role: 'system', content: 'hello' }] }),
    /Unexpected role "system"/,
  ],
  ['a last message of the assistant', talk('hello', 'hi'), /prefill/],
  ['an empty user message', talk(''), /messages.0: all messages must have non-empty content/],
  [
    'an empty assistant message',
    talk('hello', [], 'still there?'),
    /messages.1: all messages must/,
  ],
  [
    'an empty text block',
    talk([{ type: 'text', text: '' }]),
    /text content blocks must be non-empty/,
  ],
  ['a white text block', talk([{ type: 'text', text: ' \n' }]), /non-whitespace text/],
  ['an unknown block type', talk([{ type: 'sound' }]), /Input tag 'sound'/],
  [
    'a field of ours in a block',
    talk([{ type: 'text', text: 'hello', fact_id: 7 }]),
    /messages.0.content.0.text.fact_id: Extra/,
  ],
  ['a tool call of the user', talk([CALL]), /`tool_use` blocks can only be in `assistant`/],
  ['a tool result of the assistant', talk('hello', [RESULT], 'so?'), /can only be in `user`/],
  [
    'a tool call without its result',
    talk('hello', [CALL], 'so?'),
    /ids were found without `tool_result` blocks.*toolu_1/,
  ],
  [
    'text before the tool result',
    talk('hello', [CALL], [{ type: 'text', text: 'so?' }, RESULT]),
    /ids were found without/,
  ],
  [
    'a result without its tool call',
    talk('hello', 'hi', [RESULT]),
    /unexpected `tool_use_id`.*toolu_1/,
  ],
  ['two results of one call', talk('hello', [CALL], [RESULT, RESULT]), /single result/],
  ['two calls of one id', talk('hello', [CALL, CALL], [RESULT]), /must be unique/],
  [
    'a call whose input is no object',
    talk('hello', [{ ...CALL, input: '1' }], [RESULT]),
    /tool_use.input: .*dictionary/,
  ],
  [
    'an error result that says nothing',
    talk('hello', [CALL], [{ ...RESULT, content: '', is_error: true }]),
    /cannot be empty if `is_error`/,
  ],
  [
    'a thinking block that was changed',
    talk(
      'hello',
      [
        { type: 'thinking', thinking: 'hm', signature: 'x' },
        { type: 'text', text: 'hi' },
      ],
      'so?',
    ),
    /Invalid `signature`/,
  ],
  [
    'two tools of one name',
    buildBody('hello', { tools: [buildTool('run'), buildTool('run')] }),
    /must be unique/,
  ],
  [
    'a tool name with a dot',
    buildBody('hello', { tools: [buildTool('home.run')] }),
    /tools.0.custom.name: String should match/,
  ],
  [
    'a tool name of 129 letters',
    buildBody('hello', { tools: [buildTool('a'.repeat(129))] }),
    /should match/,
  ],
  [
    'a tool without a schema',
    buildBody('hello', { tools: [{ name: 'run' }] }),
    /input_schema: Field required/,
  ],
  [
    'a tool schema that is no object',
    buildBody('hello', { tools: [{ name: 'run', input_schema: { type: 'string' } }] }),
    /Input should be 'object'/,
  ],
  [
    'a choice among no tools',
    buildBody('hello', { tool_choice: { type: 'auto' } }),
    /while providing tools/,
  ],
  [
    'the choice of a tool that is not offered',
    buildBody('hello', { tools: [buildTool('run')], tool_choice: { type: 'tool', name: 'walk' } }),
    /'walk' not found/,
  ],
  [
    'five cache marks',
    buildBody('hello', {
      tools: [1, 2, 3, 4, 5].map((n) => ({ ...buildTool(`tool_${n}`), ...MARK })),
    }),
    /A maximum of 4 blocks with cache_control may be provided. Found 5/,
  ],
  [
    'a cache mark of another type',
    buildBody('hello', { cache_control: { type: 'for ever' } }),
    /cache_control.type/,
  ],
];

describe('strictness', () => {
  test.each(REFUSED)('%s is refused with 400', async (_name, body, message) => {
    await using model = await openOfflineModel();
    const response = await post(model, body);
    const { type, error, request_id: requestId } = await readJson(response);
    expect(response.status).toBe(400);
    expect(type).toBe('error');
    expect(error).toEqual({
      type: 'invalid_request_error',
      message: expect.stringMatching(message),
    });
    expect(requestId).toBe(response.headers.get('request-id'));
  });

  test('a conversation with parallel calls, images, thinking off and four marks is accepted', async () => {
    await using model = await openOfflineModel();
    const other = { ...CALL, id: 'toolu_2' };
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: '' } };
    const response = await post(model, {
      ...talk(
        [image, { type: 'text', text: 'hello', ...MARK }],
        [{ type: 'text', text: 'I look.' }, CALL, { ...other, caller: { type: 'direct' } }],
        [
          RESULT,
          { ...RESULT, tool_use_id: 'toolu_2', content: [{ type: 'text', text: '2' }], ...MARK },
        ],
      ),
      system: [{ type: 'text', text: 'Be kind.', ...MARK }],
      tools: [{ ...buildTool('execute_code'), ...MARK }],
      tool_choice: { type: 'auto' },
      thinking: { type: 'disabled' },
      metadata: { user_id: 'gary' },
      stop_sequences: ['END'],
    });
    expect(response.status).toBe(200);
  });

  test('user messages in a row count as one', async () => {
    await using model = await openOfflineModel();
    const messages = [
      { role: 'user', content: 'hello' },
      { role: 'assistant', content: [CALL] },
      { role: 'user', content: [RESULT] },
      { role: 'user', content: 'and?' },
    ];
    expect((await post(model, buildBody('', { messages }))).status).toBe(200);
  });
});
