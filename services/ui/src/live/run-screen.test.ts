import type { StreamEvent } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { createRunScreen, type RunScreen } from './run-screen.ts';

function feed(screen: RunScreen, events: readonly (readonly [string, StreamEvent])[]): void {
  for (const [i, [id, event]] of events.entries()) screen.apply({ id, event }, i * 100);
}

function textOf(screen: RunScreen): string {
  return screen
    .read()
    .parts.map((part) => (part.kind === 'tool' ? `[${part.tool}]` : part.text))
    .join('');
}

const say = (text: string): StreamEvent => ({ type: 'progress', text });
const call = (id: string): StreamEvent => ({ type: 'tool_use', id, tool: 'code', input: {} });
const answered = (id: string): StreamEvent => ({
  type: 'tool_result',
  id,
  tool: 'code',
  result: '4',
  is_error: false,
});

test('text grows, calls stand where they were made, and know how long they took', () => {
  const screen = createRunScreen();
  feed(screen, [
    ['1.1', say('Let me ')],
    ['1.2', say('see. ')],
    ['1.3', call('a')],
    ['1.4', call('b')],
    ['1.5', answered('b')],
    ['1.6', say('Four.')],
  ]);
  expect(textOf(screen)).toBe('Let me see. [code][code]Four.');
  expect(screen.read().parts[2]).toMatchObject({ durationMs: 100, answer: { text: '4' } });
  expect(screen.read().parts[1]).not.toHaveProperty('answer');
});

test('a rewind takes back what follows it, once the next text is there', () => {
  const screen = createRunScreen();
  feed(screen, [
    ['1.1', say('Before. ')],
    ['1.2', call('a')],
    ['1.3', answered('a')],
    ['1.4', say('One two')],
    ['2.1', { type: 'rewind', after: '1.3' }],
  ]);
  expect(textOf(screen)).toBe('Before. [code]One two');
  feed(screen, [['2.2', say('One')]]);
  expect(textOf(screen)).toBe('Before. [code]One');
});

test('a brain that has lost the run, and what is known already, change nothing', () => {
  const screen = createRunScreen();
  feed(screen, [
    ['1.1', say('a')],
    ['2.1', { type: 'rewind', after: null }],
    ['2.2', say('b')],
    ['1.2', say('late')],
    ['2.2', say('b')],
  ]);
  expect(textOf(screen)).toBe('b');
});

test('a snapshot replaces everything and keeps what was seen of the calls', () => {
  const screen = createRunScreen();
  feed(screen, [
    ['1.1', call('a')],
    ['1.2', say('half of')],
    ['2.1', { type: 'rewind', after: null }],
    [
      '2.2',
      {
        type: 'snapshot',
        run_id: '00000000-0000-4000-8000-000000000000' as never,
        parts: [
          { type: 'tool_use', id: 'a', tool: 'code', input: {} },
          { type: 'tool_result', id: 'a', tool: 'code', result: '4', is_error: false },
          { type: 'progress', text: 'whole' },
        ],
      },
    ],
    ['2.3', say(' thing')],
  ]);
  expect(textOf(screen)).toBe('[code]whole thing');
  expect(screen.read().parts[0]).toMatchObject({ startedAt: 0, answer: { text: '4' } });
});
