import type { StreamEvent } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { createRunText } from './run-text.ts';

function read(events: readonly (readonly [string, StreamEvent])[]) {
  const text = createRunText();
  for (const [id, event] of events) text.take({ id, event });
  return text;
}

const progress = (text: string): StreamEvent => ({ type: 'progress', text });
const use: StreamEvent = { type: 'tool_use', id: 't', tool: 'execute_code', input: {} };
const result: StreamEvent = {
  type: 'tool_result',
  id: 't',
  tool: 'execute_code',
  result: '7',
  is_error: false,
};

test('text grows; a call parts it, and is at work until it is answered', () => {
  expect(
    read([
      ['1.1', progress('Let me see.')],
      ['1.2', use],
    ]).readTool(),
  ).toBe('execute_code');
  const text = read([
    ['1.1', progress('Let me see.')],
    ['1.2', use],
    ['1.3', result],
    ['1.4', progress('It is ')],
    ['1.5', progress('7.')],
  ]);
  expect(text.read()).toBe('Let me see.\nIt is 7.');
  expect(text.readTool()).toBeUndefined();
  expect(text.lastId()).toBe('1.5');
});

test('what is known, or comes of a brain that has lost the run, changes nothing', () => {
  const text = read([
    ['1.1', progress('one ')],
    ['2.2', progress('two')],
    ['1.3', progress('of the old one')],
    ['2.2', progress('two')],
  ]);
  expect(text.read()).toBe('one two');
});

test('a reply that was not finished is taken back, a snapshot stands for all', () => {
  expect(
    read([
      ['1.1', progress('kept ')],
      ['1.2', progress('void')],
      ['2.3', { type: 'rewind', after: '1.1' }],
      ['2.4', progress('anew')],
    ]).read(),
  ).toBe('kept anew');
  const parts = [progress('all of it'), use] as never;
  expect(
    read([
      ['1.1', progress('something')],
      ['2.1', { type: 'snapshot', run_id: '' as never, parts }],
    ]).read(),
  ).toBe('all of it\n');
});
