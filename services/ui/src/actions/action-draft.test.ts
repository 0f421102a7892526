import { expect, test } from 'vitest';
import { type ActionDraft, readActionDraft, toActionDraft } from './action-draft.ts';

const EMPTY: ActionDraft = { kind: 'run', text: '', server: '', more: '' };

test('each kind of action is the same after it was shown and read', () => {
  for (const action of [
    { type: 'run', message: 'what is on today?', persona: 'baker' },
    { type: 'agent', job: 'look around' },
    { type: 'command', command: 'df -h', timeout_ms: 500 },
    { type: 'code', code: 'return 1' },
    { type: 'http', url: 'https://example.org/', method: 'POST', body: { a: 1 } },
    { type: 'mcp', server: 'files', tool: 'read', arguments: { path: '/srv' } },
  ] as const)
    expect(readActionDraft(toActionDraft(action))).toEqual({ value: action });
});

test('what is wrong is said where it was written', () => {
  const fieldOf = (part: Partial<ActionDraft>) =>
    readActionDraft({ ...EMPTY, text: 'x', ...part }).problem?.field;
  expect(fieldOf({ text: ' ' })).toBe('text');
  expect(fieldOf({ kind: 'command', text: 'df\ndu' })).toBe('text');
  expect(fieldOf({ kind: 'mcp', text: 'read' })).toBe('server');
  expect(fieldOf({ more: '{' })).toBe('more');
  expect(fieldOf({ more: '[]' })).toBe('more');
  expect(fieldOf({ more: '{"colour": "red"}' })).toBe('more');
  expect(fieldOf({ kind: 'command', text: 'df', more: '{"timeout_ms": "long"}' })).toBe('more');
});
