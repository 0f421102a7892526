import { ScheduleId } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import {
  readScheduleDraft,
  readSchedulePatch,
  type ScheduleDraft,
  toScheduleDraft,
} from './schedule-draft.ts';

const draft: ScheduleDraft = {
  ...toScheduleDraft(undefined),
  name: 'Morning',
  when: '30 7 * * 1-5',
  zone: 'Europe/Berlin',
  action: { kind: 'run', text: 'What is on?', server: '', more: '' },
};

test('each way to say when is the one that the API knows', () => {
  const read = (part: Partial<ScheduleDraft>) => readScheduleDraft({ ...draft, ...part }).value;
  expect(read({})).toMatchObject({ cron: '30 7 * * 1-5', on_missed: 'once', grace_ms: 86_400_000 });
  expect(read({ times: 'every', when: '90 min' })).toMatchObject({ every_ms: 5_400_000 });
  const at = read({ times: 'at', when: '2030-05-01T08:30' })?.at ?? '';
  expect(at).toBe(new Date(2030, 4, 1, 8, 30).toISOString());
});

test('what is wrong is said where it was written', () => {
  const fieldOf = (part: Partial<ScheduleDraft>) =>
    readScheduleDraft({ ...draft, ...part }).problem?.field;
  expect(fieldOf({ name: ' ' })).toBe('name');
  expect(fieldOf({ when: '' })).toBe('when');
  expect(fieldOf({ times: 'every', when: 'often' })).toBe('when');
  expect(fieldOf({ times: 'every', when: '400 d' })).toBe('when');
  expect(fieldOf({ times: 'at', when: 'soon' })).toBe('when');
  expect(fieldOf({ grace: '31 d' })).toBe('grace');
  expect(fieldOf({ zone: 'x'.repeat(65) })).toBe('zone');
  expect(fieldOf({ zone: 'Mars/Base' })).toBe('zone');
  expect(fieldOf({ action: { ...draft.action, text: '' } })).toBe('text');
});

test('a change says only what is other than before', () => {
  const schedule: Parameters<typeof readSchedulePatch>[0] = {
    id: ScheduleId.parse('0190a000-0000-7000-8000-000000000001'),
    ...{ user_id: 'gary', name: 'Old', cron: null, every_ms: null },
    at: '2020-01-01T00:00:00.000Z',
    time_zone: 'UTC',
    on_missed: 'all',
    grace_ms: 0,
    overlap: 'queue',
    paused: false,
    source: 'api',
    action: { type: 'http', url: 'https://example.org/', headers: { Key: '***' } },
    conversation_id: null,
    next_at: null,
    next_times: [],
    last: null,
    created_at: '2020-01-01T00:00:00.000Z',
    updated_at: '2020-01-01T00:00:00.000Z',
  };
  const { value } = readSchedulePatch(schedule, { ...toScheduleDraft(schedule), name: 'New' });
  expect(value).toEqual({ name: 'New' });
  const other = { ...toScheduleDraft(schedule), zone: 'Europe/Berlin', grace: '1 h' };
  expect(readSchedulePatch(schedule, other).value).toEqual({
    time_zone: 'Europe/Berlin',
    grace_ms: 3_600_000,
  });
});
