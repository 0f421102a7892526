import { expect, test } from 'vitest';
import { toStoredParts } from './stored-parts.ts';

function step(seq: number, type: string, payload: Record<string, never> | object) {
  const at = new Date(seq * 1_000).toISOString();
  return { seq, type, at, event_id: `1.${seq}`, payload: payload as Record<string, never> };
}

test('text, calls with their answers and times, and what was said in between stand in their order', () => {
  const parts = toStoredParts([
    step(1, 'message_accepted', { messageSeq: 1 }),
    step(2, 'model_replied', {
      reply: {
        content: [
          { type: 'text', text: 'Let me see.' },
          { type: 'tool_use', id: 'a', name: 'execute_code', input: { code: '1' } },
          { type: 'tool_use', id: 'b', name: 'execute_code', input: { code: '2' } },
        ],
      },
    }),
    step(3, 'tool_called', { index: 0 }),
    step(3, 'tool_called', { index: 1 }),
    step(5, 'tool_answered', { index: 1, text: 'no', isError: true }),
    step(6, 'message_added', { text: 'hurry' }),
    step(7, 'model_replied', { reply: { content: [{ type: 'text', text: 'One.' }] } }),
  ]);
  expect(parts).toMatchObject([
    { kind: 'text', text: 'Let me see.' },
    { kind: 'tool', key: 'a', input: { code: '1' } },
    { kind: 'tool', key: 'b', answer: { text: 'no', isError: true }, durationMs: 2_000 },
    { kind: 'steered', text: 'hurry' },
    { kind: 'text', text: 'One.' },
  ]);
  expect(parts[1]).not.toHaveProperty('answer');
});

test('what a halted run had written stands, and a payload of another form is left out', () => {
  expect(
    toStoredParts([
      step(1, 'model_replied', { reply: 'what?' }),
      step(2, 'halted', { text: 'half' }),
      step(3, 'halted', { text: '' }),
    ]),
  ).toEqual([{ kind: 'text', key: 'text-2', text: 'half' }]);
});
