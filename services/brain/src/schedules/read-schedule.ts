import type { Tenant } from '@bakerst/contracts';
import type { NewScheduleBody, SchedulePatch } from '@bakerst/contracts/schedules';
import { AppError } from '@bakerst/kit';
import { type ActionRules, checkAction } from '../actions/action-rules.ts';
import type { Schedule, ScheduleChange, ScheduleSettings } from './ports.ts';
import { type CronReader, checkTiming, readTiming } from './timing.ts';

const DEFAULT_GRACE_MS = 86_400_000;

export interface ScheduleRules extends ActionRules {
  readonly reader: CronReader;
  /** Shortest time between two instants. */
  readonly minMs: number;
  readonly defaultZone: string;
  readonly now: () => number;
}

type Wanted = Omit<NewScheduleBody, 'org' | 'user_id' | 'paused'>;

/** The settings of a new schedule, checked. Throws AppError VALIDATION_ERROR, and what posting its action would throw. */
export function readNewSchedule(
  rules: ScheduleRules,
  body: Wanted,
  tenant: Tenant,
): ScheduleSettings {
  const timing = readTiming(body);
  if (timing === undefined)
    throw new AppError('VALIDATION_ERROR', 'one of cron, every_ms and at must be given', {
      reason: 'INVALID_TIMING',
    });
  const timeZone = body.time_zone ?? rules.defaultZone;
  checkTiming({ ...rules, now: rules.now() }, { timing, timeZone, anchorAt: rules.now() });
  checkAction(rules, body.action, tenant);
  return {
    name: body.name,
    timing,
    timeZone,
    onMissed: body.on_missed ?? 'once',
    graceMs: body.grace_ms ?? DEFAULT_GRACE_MS,
    overlap: body.overlap ?? 'skip',
    action: body.action,
  };
}

/** The same for a change of a schedule. */
export function readScheduleChange(
  rules: ScheduleRules,
  schedule: Schedule,
  patch: Omit<SchedulePatch, 'org' | 'user_id'>,
): ScheduleChange {
  const timing = readTiming(patch);
  const { action } = patch;
  // The zone that it has already is no change: a time that has passed may keep it.
  const timeZone = patch.time_zone === schedule.timeZone ? undefined : patch.time_zone;
  checkChangedTiming(rules, schedule, { timing, timeZone });
  if (action !== undefined) checkAction(rules, action, schedule.tenant);
  return {
    ...(patch.name !== undefined && { name: patch.name }),
    ...(timing !== undefined && { timing }),
    ...(timeZone !== undefined && { timeZone }),
    ...(patch.on_missed !== undefined && { onMissed: patch.on_missed }),
    ...(patch.grace_ms !== undefined && { graceMs: patch.grace_ms }),
    ...(patch.overlap !== undefined && { overlap: patch.overlap }),
    ...(action !== undefined && { action }),
    isPaused: patch.paused,
  };
}

interface ChangedTiming {
  readonly timing: ScheduleSettings['timing'] | undefined;
  readonly timeZone: string | undefined;
}

function checkChangedTiming(
  rules: ScheduleRules,
  schedule: Schedule,
  { timing, timeZone }: ChangedTiming,
): void {
  if (timing === undefined && timeZone === undefined) return;
  const now = rules.now();
  const wanted = { timing: timing ?? schedule.timing, timeZone: timeZone ?? schedule.timeZone };
  checkTiming({ ...rules, now }, { ...wanted, anchorAt: now });
}
