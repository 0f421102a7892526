import {
  NewScheduleBody,
  type OnMissed,
  type Overlap,
  type SchedulePatch,
  type ScheduleView,
} from '@bakerst/contracts/schedules';
import { type ActionDraft, readActionDraft, toActionDraft } from '../actions/action-draft.ts';
import { type Field, missing, type Read, toProblem } from '../actions/problem.ts';
import { texts } from '../texts/index.ts';
import { readDuration, writeDuration } from './duration.ts';

export type TimesKind = 'cron' | 'every' | 'at';

/** A schedule while it is written. */
export interface ScheduleDraft {
  readonly name: string;
  readonly times: TimesKind;
  /** An expression, a duration, or a time of the reader's own zone. */
  readonly when: string;
  readonly zone: string;
  readonly grace: string;
  readonly onMissed: OnMissed;
  readonly overlap: Overlap;
  readonly action: ActionDraft;
}

export function toScheduleDraft(schedule: ScheduleView | undefined): ScheduleDraft {
  return {
    name: schedule?.name ?? '',
    ...toTimes(schedule),
    zone: schedule?.time_zone ?? '',
    grace: writeDuration(schedule?.grace_ms ?? 86_400_000),
    onMissed: schedule?.on_missed ?? 'once',
    overlap: schedule?.overlap ?? 'skip',
    action: toActionDraft(schedule?.action),
  };
}

function toTimes(schedule: ScheduleView | undefined): Pick<ScheduleDraft, 'times' | 'when'> {
  const { cron = '', every_ms: everyMs = null, at = null } = schedule ?? {};
  if (everyMs !== null) return { times: 'every', when: writeDuration(everyMs) };
  if (at !== null) return { times: 'at', when: toLocalTime(at) };
  return { times: 'cron', when: cron ?? '' };
}

/** As a field for times takes it: the time on the reader's own clock. */
function toLocalTime(iso: string): string {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What was written as the API takes it, or what is wrong with it. */
export function readScheduleDraft(draft: ScheduleDraft): Read<NewScheduleBody> {
  if (draft.name.trim() === '') return { problem: missing('name') };
  const when = readWhen(draft);
  if (when.problem !== undefined) return when;
  const graceMs = readDuration(draft.grace);
  if (graceMs === undefined)
    return { problem: { field: 'grace', message: texts.schedules.badDuration } };
  if (!isZone(draft.zone.trim()))
    return { problem: { field: 'zone', message: texts.schedules.badZone } };
  const action = readActionDraft(draft.action);
  if (action.problem !== undefined) return action;
  const parsed = NewScheduleBody.safeParse({
    ...when.value,
    name: draft.name,
    time_zone: draft.zone.trim() === '' ? ownZone() : draft.zone.trim(),
    on_missed: draft.onMissed,
    grace_ms: graceMs,
    overlap: draft.overlap,
    action: action.value,
  });
  if (parsed.success) return { value: parsed.data };
  return { problem: toProblem(parsed.error, ([name]) => FIELD_OF[String(name)] ?? 'more') };
}

const FIELD_OF: Readonly<Record<string, Field>> = {
  name: 'name',
  cron: 'when',
  every_ms: 'when',
  at: 'when',
  time_zone: 'zone',
  grace_ms: 'grace',
};

/** Only what was changed: hidden headers and a time that has passed stay as they are. */
export function readSchedulePatch(
  schedule: ScheduleView,
  draft: ScheduleDraft,
): Read<SchedulePatch> {
  const read = readScheduleDraft(draft);
  if (read.problem !== undefined) return read;
  const before = toScheduleDraft(schedule);
  const { cron, every_ms, at, action, name, ...settings } = read.value;
  const isRetimed = draft.times !== before.times || draft.when !== before.when;
  const isOther = JSON.stringify(draft.action) !== JSON.stringify(before.action);
  return {
    value: {
      ...(draft.name !== before.name && { name }),
      ...(draft.zone !== before.zone && { time_zone: settings.time_zone }),
      ...(draft.onMissed !== before.onMissed && { on_missed: settings.on_missed }),
      ...(draft.grace !== before.grace && { grace_ms: settings.grace_ms }),
      ...(draft.overlap !== before.overlap && { overlap: settings.overlap }),
      ...(isRetimed && { cron, every_ms, at }),
      ...(isOther && { action }),
    },
  };
}

type When = Pick<NewScheduleBody, 'cron' | 'every_ms' | 'at'>;

function readWhen({ times, when }: ScheduleDraft): Read<When> {
  const { badDuration, badTime } = texts.schedules;
  if (when.trim() === '') return { problem: missing('when') };
  switch (times) {
    case 'cron':
      return { value: { cron: when } };
    case 'every': {
      const everyMs = readDuration(when);
      if (everyMs === undefined) return { problem: { field: 'when', message: badDuration } };
      return { value: { every_ms: everyMs } };
    }
    case 'at': {
      const at = new Date(when);
      if (Number.isNaN(at.getTime())) return { problem: { field: 'when', message: badTime } };
      return { value: { at: at.toISOString() } };
    }
    default:
      return times satisfies never;
  }
}

/** True for a zone of this browser, or none. */
function isZone(name: string): boolean {
  try {
    return name === '' || new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
