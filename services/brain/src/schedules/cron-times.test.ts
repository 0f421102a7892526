import { expect, test } from 'vitest';
import { createCronReader } from './cron-times.ts';

const { createCronTimes, isTimeZone } = createCronReader();

function times(
  ...[expression, zone, after, count]: readonly [string, string, string, number]
): readonly string[] {
  const next = createCronTimes(expression, zone);
  const found: string[] = [];
  let last: number | undefined = Date.parse(after);
  while (found.length < count && last !== undefined) {
    last = next(last);
    if (last !== undefined) found.push(new Date(last).toISOString().slice(0, 16));
  }
  return found;
}

test('a time that Berlin skips in spring comes at the end of the gap, once', () => {
  expect(times('30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 3)).toEqual([
    '2026-03-28T01:30',
    '2026-03-29T01:00',
    '2026-03-30T00:30',
  ]);
});

test('a time that Berlin shows twice in autumn comes once; every half hour comes each time', () => {
  expect(times('30 2 * * *', 'Europe/Berlin', '2026-10-24T23:00:00Z', 2)).toEqual([
    '2026-10-25T00:30',
    '2026-10-26T01:30',
  ]);
  expect(times('*/30 * * * *', 'Europe/Berlin', '2026-10-24T23:45:00Z', 5)).toEqual([
    '2026-10-25T00:00',
    '2026-10-25T00:30',
    '2026-10-25T01:00',
    '2026-10-25T01:30',
    '2026-10-25T02:00',
  ]);
});

test('both changes of New York', () => {
  expect(times('30 2 * * *', 'America/New_York', '2026-03-07T08:00:00Z', 2)).toEqual([
    '2026-03-08T07:00',
    '2026-03-09T06:30',
  ]);
  expect(times('30 1 * * *', 'America/New_York', '2026-10-31T06:00:00Z', 2)).toEqual([
    '2026-11-01T05:30',
    '2026-11-02T06:30',
  ]);
});

test('a zone at half an hour, and one that moves by half an hour', () => {
  expect(times('0 9 * * *', 'Asia/Kolkata', '2026-04-04T14:00:00Z', 1)).toEqual([
    '2026-04-05T03:30',
  ]);
  expect(times('15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00:00Z', 2)).toEqual([
    '2026-10-03T15:30',
    '2026-10-04T15:15',
  ]);
  expect(times('45 1 * * *', 'Australia/Lord_Howe', '2026-04-03T20:00:00Z', 2)).toEqual([
    '2026-04-04T14:45',
    '2026-04-05T15:15',
  ]);
});

test('names of weekdays and nicknames are understood, anything else is refused', () => {
  expect(times('30 7 * * MON-FRI', 'UTC', '2026-04-03T14:00:00Z', 1)).toEqual(['2026-04-06T07:30']);
  expect(times('@daily', 'UTC', '2026-04-03T14:00:00Z', 1)).toEqual(['2026-04-04T00:00']);
  expect(times('0 0 31 2 *', 'UTC', '2026-04-03T14:00:00Z', 1)).toEqual([]);
  for (const wrong of ['', '* * * *', '60 * * * *', '2030-01-01T00:00:00', '* * * * * * *', 'x'])
    expect(() => times(wrong, 'UTC', '2026-04-03T14:00:00Z', 1), wrong).toThrow();
});

test('a zone has the name of a place', () => {
  expect(['Europe/Berlin', 'UTC', 'Etc/GMT+3'].filter(isTimeZone)).toHaveLength(3);
  expect(['', '+05:30', 'Mars/Base', '../etc/passwd', 'x'.repeat(80)].filter(isTimeZone)).toEqual(
    [],
  );
});
