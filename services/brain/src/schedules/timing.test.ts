import { expect, test } from 'vitest';
import { createCronReader } from './cron-times.ts';
import { checkTiming, createNextTime, readTiming, type Timing } from './timing.ts';

const reader = createCronReader();
const now = Date.parse('2026-05-01T12:00:00Z');

function refusal(timing: Timing, timeZone = 'Europe/Berlin', at = now): string | undefined {
  try {
    checkTiming({ reader, minMs: 60_000, now: at }, { timing, timeZone, anchorAt: now });
    return undefined;
  } catch (err) {
    return (err as { reason?: string }).reason;
  }
}

test('what never comes, comes too often or is in no known zone is refused by its name', () => {
  expect(refusal({ kind: 'cron', cron: '0 8 * * *' })).toBeUndefined();
  expect(refusal({ kind: 'cron', cron: '* * * * *' })).toBeUndefined();
  expect(refusal({ kind: 'cron', cron: '* * * * * *' })).toBe('INVALID_CRON');
  expect(refusal({ kind: 'cron', cron: '0,30 0 8 * * *' })).toBe('INVALID_CRON');
  // 12:00:10 UTC is 14:00:10 in Berlin: the next gap is that of a day.
  expect(refusal({ kind: 'cron', cron: '0,30 0 14 * * *' }, 'Europe/Berlin', now + 10_000)).toBe(
    'INVALID_CRON',
  );
  expect(refusal({ kind: 'cron', cron: '0 0 29 2 *' })).toBeUndefined();
  expect(refusal({ kind: 'cron', cron: '0 0 31 2 *' })).toBe('INVALID_CRON');
  expect(refusal({ kind: 'cron', cron: 'soon' })).toBe('INVALID_CRON');
  expect(refusal({ kind: 'every', everyMs: 59_999 })).toBe('INTERVAL_TOO_SHORT');
  expect(refusal({ kind: 'every', everyMs: 60_000 })).toBeUndefined();
  expect(refusal({ kind: 'at', at: now })).toBe('TIME_IN_PAST');
  expect(refusal({ kind: 'at', at: now + 1 })).toBeUndefined();
  expect(refusal({ kind: 'every', everyMs: 60_000 }, 'Mars/Base')).toBe('INVALID_TIME_ZONE');
  expect(refusal({ kind: 'cron', cron: '0 8 * * *' }, 'Mars/Base')).toBe('INVALID_CRON');
});

test('an interval is counted from where it began', () => {
  const next = createNextTime(reader, {
    timing: { kind: 'every', everyMs: 1_000 },
    timeZone: 'UTC',
    anchorAt: 500,
  });
  expect([0, 500, 1_499, 1_500, 2_600].map(next)).toEqual([1_500, 1_500, 1_500, 2_500, 3_500]);
});

test('one time comes once', () => {
  const timing = { kind: 'at', at: 1_000 } as const;
  const next = createNextTime(reader, { timing, timeZone: 'UTC', anchorAt: 0 });
  expect([999, 1_000].map(next)).toEqual([1_000, undefined]);
});

test('only one timing may be given', () => {
  expect(readTiming({})).toBeUndefined();
  expect(readTiming({ every_ms: 5 })).toEqual({ kind: 'every', everyMs: 5 });
  expect(() => readTiming({ every_ms: 5, cron: '0 8 * * *' })).toThrow(/only one/);
});
