import { RunId, type StreamEvent } from '@bakerst/contracts';
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
const call = (id: string) => ({ type: 'tool_use', id, tool: 'code', input: {} }) as const;
const answered = (id: string) =>
  ({ type: 'tool_result', id, tool: 'code', result: '4', is_error: false }) as const;

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

const snapshot = (parts: Extract<StreamEvent, { type: 'snapshot' }>['parts']): StreamEvent => ({
  type: 'snapshot',
  run_id: RunId.parse('00000000-0000-4000-8000-000000000000'),
  parts,
});

test('what a snapshot has brought stands when a rewind goes back no further than to it', () => {
  const screen = createRunScreen();
  feed(screen, [
    ['1.40', snapshot([{ type: 'progress', text: 'Before. ' }, call('a'), answered('a')])],
    ['1.41', say('On')],
    ['2.1', { type: 'rewind', after: '1.40' }],
    ['2.2', say('One')],
  ]);
  expect(textOf(screen)).toBe('Before. [code]One');
});

test('a snapshot of what is known already ends the rewind that it came with', () => {
  const screen = createRunScreen();
  feed(screen, [
    ['1.1', say('Before. ')],
    ['1.2', call('a')],
  ]);
  screen.apply({ id: undefined, event: { type: 'rewind', after: null } }, 300);
  feed(screen, [
    ['1.2', snapshot([{ type: 'progress', text: 'Before. ' }, call('a')])],
    ['1.3', answered('a')],
    ['1.4', say('Four.')],
  ]);
  expect(textOf(screen)).toBe('Before. [code]Four.');
});

test('a snapshot replaces everything and keeps what was seen of the calls', () => {
  const screen = createRunScreen();
  feed(screen, [
    ['1.1', call('a')],
    ['1.2', say('half of')],
    ['2.1', { type: 'rewind', after: null }],
    ['2.2', snapshot([call('a'), answered('a'), { type: 'progress', text: 'whole' }])],
    ['2.3', say(' thing')],
  ]);
  expect(textOf(screen)).toBe('[code]whole thing');
  expect(screen.read().parts[0]).toMatchObject({ startedAt: 0, answer: { text: '4' } });
});
