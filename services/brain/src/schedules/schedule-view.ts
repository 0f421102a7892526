import type { ScheduleView } from '@bakerst/contracts/schedules';
import { AppError } from '@bakerst/kit';
import { toActionView } from '../actions/action-rules.ts';
import { toFiringView } from '../actions/firing-view.ts';
import type { FiringStore } from '../actions/ports.ts';
import { toIso, toIsoOrNull } from '../http/to-iso.ts';
import type { Schedule } from './ports.ts';
import { type CronReader, createNextTime } from './timing.ts';

const NEXT_TIMES = 5;

export interface ScheduleViewDeps {
  readonly firings: Pick<FiringStore, 'list'>;
  readonly reader: CronReader;
}

export function toScheduleView(deps: ScheduleViewDeps, schedule: Schedule): ScheduleView {
  const { id, timing } = schedule;
  const [last] = deps.firings.list({ kind: 'schedule', id }, { beforeSeq: undefined, limit: 1 });
  return {
    id,
    user_id: schedule.tenant.user,
    name: schedule.name,
    cron: timing.kind === 'cron' ? timing.cron : null,
    every_ms: timing.kind === 'every' ? timing.everyMs : null,
    at: timing.kind === 'at' ? toIso(timing.at) : null,
    time_zone: schedule.timeZone,
    on_missed: schedule.onMissed,
    grace_ms: schedule.graceMs,
    overlap: schedule.overlap,
    paused: schedule.pausedAt !== undefined,
    source: schedule.source,
    action: toActionView(schedule.action),
    conversation_id: schedule.conversationId ?? null,
    next_at: toIsoOrNull(schedule.nextAt),
    next_times: listNextTimes(deps, schedule).map(toIso),
    last: last === undefined ? null : toFiringView(last),
    created_at: toIso(schedule.createdAt),
    updated_at: toIso(schedule.updatedAt),
  };
}

function listNextTimes({ reader }: ScheduleViewDeps, schedule: Schedule): readonly number[] {
  const next = createNextTime(reader, schedule);
  const times: number[] = [];
  for (
    let time = schedule.nextAt;
    time !== undefined && times.length < NEXT_TIMES;
    time = next(time)
  )
    times.push(time);
  return times;
}

export function unknownSchedule(): AppError {
  return new AppError('NOT_FOUND', 'there is no such schedule', { reason: 'SCHEDULE_NOT_FOUND' });
}

/** What the file says is changed in the file. */
export function refuseFileChange({ source }: Schedule): void {
  if (source !== 'file') return;
  throw new AppError(
    'CONFLICT',
    'this schedule comes from operating_system/CRONS.json: change it there; pausing and resuming works here',
    { reason: 'FROM_FILE' },
  );
}
