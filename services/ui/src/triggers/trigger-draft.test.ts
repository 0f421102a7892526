import { expect, test } from 'vitest';
import { readTriggerDraft, type TriggerDraft, toTriggerDraft } from './trigger-draft.ts';

const draft: TriggerDraft = {
  ...toTriggerDraft(undefined),
  name: 'disk',
  action: { kind: 'run', text: '{{host}} is full', server: '', more: '' },
};

test('a trigger is read as the API takes it', () => {
  const filter = '[{"path": "status", "equals": "firing"}]';
  expect(readTriggerDraft({ ...draft, filter }).value).toEqual({
    name: 'disk',
    preset: 'generic',
    filter: [{ path: 'status', equals: 'firing' }],
    per_minute: 60,
    paused: false,
    action: { type: 'run', message: '{{host}} is full' },
  });
});

test('what is wrong is said where it was written', () => {
  const fieldOf = (part: Partial<TriggerDraft>) =>
    readTriggerDraft({ ...draft, ...part }).problem?.field;
  expect(fieldOf({ name: '' })).toBe('name');
  expect(fieldOf({ name: 'Disk!' })).toBe('name');
  expect(fieldOf({ filter: '{' })).toBe('filter');
  expect(fieldOf({ filter: '[{"equals": 1}]' })).toBe('filter');
  expect(fieldOf({ perMinute: '601' })).toBe('perMinute');
  expect(fieldOf({ perMinute: 'many' })).toBe('perMinute');
  expect(fieldOf({ action: { ...draft.action, text: '' } })).toBe('text');
});
