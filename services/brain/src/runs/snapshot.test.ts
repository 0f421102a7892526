import type { ModelReply } from '@bakerst/agent';
import { expect, test } from 'vitest';
import type { StoredStep } from './run.ts';
import type { RunStep } from './run-step.ts';
import { toSnapshotParts } from './snapshot.ts';

const USAGE = {
  input_tokens: 1,
  output_tokens: 1,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};

function callTools(...ids: readonly string[]): RunStep {
  const content: ModelReply['content'] = ids.map((id) => ({
    type: 'tool_use',
    id,
    name: 'bake',
    input: {},
  }));
  return {
    type: 'model_replied',
    turn: 1,
    model: 'm',
    reply: { content, stopReason: 'tool_use', usage: USAGE },
  };
}

const call = (index: number): RunStep => ({ type: 'tool_called', turn: 1, index, name: 'bake' });
const answer = (index: number): RunStep => ({
  type: 'tool_answered',
  turn: 1,
  index,
  text: 'baked',
  isError: false,
});

function show(...steps: readonly RunStep[]) {
  const stored = steps.map((step): StoredStep => ({ step, at: 1, covers: { takeover: 1, n: 1 } }));
  return toSnapshotParts(stored).map((part) =>
    part.type === 'progress' ? part.text : [part.type, part.id],
  );
}

test('a call that was cut off as its run was halted is closed, as its stream closes it', () => {
  const halted: RunStep = { type: 'halted', text: 'so' };
  const shown = show(callTools('a', 'b', 'c'), call(0), call(1), answer(0), halted);
  expect(shown).toEqual([
    ['tool_use', 'a'],
    ['tool_use', 'b'],
    ['tool_result', 'a'],
    'so',
    ['tool_result', 'b'],
  ]);
});

test('what was answered before a later turn was halted is told once', () => {
  const halted: RunStep = { type: 'halted', text: '' };
  const shown = show(callTools('a'), call(0), answer(0), callTools('d'), halted);
  expect(shown).toEqual([
    ['tool_use', 'a'],
    ['tool_result', 'a'],
  ]);
});
