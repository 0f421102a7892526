import { ScheduleId } from '@bakerst/contracts';
import { parseAllowedHosts } from '@bakerst/kit/url-guard';
import { expect, test } from 'vitest';
import { createCronReader } from './cron-times.ts';
import { readScheduleChange, type ScheduleRules } from './read-schedule.ts';
import { everyMinute, gary } from './sqlite-schedules-testing.ts';

test('a one-time schedule that is over is renamed, also by who sends its zone along', () => {
  const rules: ScheduleRules = {
    rules: {
      commands: { names: [], check: neverAsked },
      allowedHosts: parseAllowedHosts([]),
      tools: { checkTool: neverAsked },
      findChat: neverAsked,
    },
    choices: {
      files: { findPersona: neverAsked, listPersonas: () => [] },
      models: { find: neverAsked, list: () => [] },
    },
    reader: createCronReader(),
    minMs: 60_000,
    defaultZone: 'UTC',
    now: () => 1_000_000,
  };
  const over = {
    ...everyMinute,
    seq: 1,
    id: ScheduleId.parse('0190a000-0000-7000-8000-000000000001'),
    tenant: gary,
    timing: { kind: 'at', at: 1 },
    timeZone: 'UTC',
    anchorAt: 0,
    entryHash: undefined,
    conversationId: undefined,
    nextAt: undefined,
    pausedAt: undefined,
    skipUntil: 0,
    createdAt: 0,
    updatedAt: 0,
  } as const;
  expect(readScheduleChange(rules, over, { name: 'tea', time_zone: 'UTC' })).toMatchObject({
    name: 'tea',
  });
  expect(() => readScheduleChange(rules, over, { time_zone: 'Europe/Berlin' })).toThrow(
    'at is in the past',
  );
});

function neverAsked(): never {
  throw new Error('nothing is asked about an action that is not changed');
}
