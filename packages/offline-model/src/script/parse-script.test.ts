import { expect, test } from 'vitest';
import { parseScript } from './parse-script.ts';

function parseReply(reply: unknown): ReturnType<typeof parseScript> {
  return parseScript(JSON.stringify({ replies: [reply] }));
}

test('every field of every kind of reply is taken over', () => {
  const replies = [
    {
      kind: 'message',
      blocks: [
        { type: 'thinking', thinking: 'hm' },
        { type: 'text', text: ['a', 'b'] },
        { type: 'tool_use', id: 'toolu_1', name: 'run', input: { code: '1' } },
        { type: 'tool_use', name: 'run', input: '{"cut' },
      ],
      stopReason: 'max_tokens',
      usage: { output_tokens: 3 },
      pace: { firstByteMs: 5, deltaMs: 20 },
      fault: { kind: 'error', afterDeltas: 1, type: 'api_error', message: 'oops' },
    },
    { kind: 'message', blocks: [], fault: { kind: 'cut', afterDeltas: 0 } },
    {
      kind: 'refusal',
      status: 429,
      type: 'x',
      message: 'm',
      body: 'b',
      headers: { 'retry-after-ms': '5' },
    },
    { kind: 'hang' },
  ];
  const pace = { firstByteMs: 0, deltaMs: 20 };
  expect(parseScript(JSON.stringify({ pace, replies }))).toEqual({ script: replies, pace });
});

test.each([
  [null, 'replies.0: Input should be a valid dictionary'],
  [{ kind: 'joke' }, "replies.0.kind: Input should be 'message', 'refusal', 'hang'"],
  [{ kind: 'refusal' }, 'replies.0.status: Field required'],
  [{ kind: 'message' }, 'replies.0.blocks: Field required'],
  [{ kind: 'message', blocks: [{ type: 'text' }] }, 'replies.0.blocks.0.text: Field required'],
  [{ kind: 'message', blocks: [{ type: 'tool_use', input: {} }] }, 'blocks.0.name: Field required'],
  [{ kind: 'message', blocks: [], stop_reason: 'end_turn' }, 'replies.0.stop_reason: Extra inputs'],
  [{ kind: 'message', blocks: [], stopReason: 'bored' }, 'replies.0.stopReason: Input should be'],
  [
    { kind: 'message', blocks: [], pace: { deltaMs: -1 } },
    'replies.0.pace.deltaMs: Input should be greater',
  ],
  [
    { kind: 'message', blocks: [], fault: { kind: 'cut' } },
    'replies.0.fault.afterDeltas: Field required',
  ],
])('%j is refused with its place', (reply, message) => {
  expect(() => parseReply(reply)).toThrow(message);
});

test('a script that is by neither request nor turn is refused', () => {
  expect(() => parseScript('{"by":"moon","replies":[]}')).toThrow(
    "by: Input should be 'request', 'turn'",
  );
});
