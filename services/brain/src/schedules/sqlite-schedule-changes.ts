import type { Database } from 'better-sqlite3';
import type { Fence } from '../runs/sqlite-fence.ts';
import type { Schedule, ScheduleChange, ScheduleStore } from './ports.ts';
import type { ClockworkDeps } from './sqlite-clockwork.ts';
import type { DecideSchedule } from './sqlite-decide-schedule.ts';
import { toSchedule, toSettingsRow } from './sqlite-schedule-rows.ts';
import { createNextTime } from './timing.ts';

interface ChangeParts {
  readonly find: ScheduleStore['find'];
  readonly decide: DecideSchedule;
  readonly fences: Fence;
}

/** Many missed instants are decided in steps; these are enough for all that are counted, and one each second. */
const MOST_STEPS = 1_000;

/** The part of the store that changes schedules: what was due until then is decided before, in the same transaction. */
export function createChange(
  deps: ClockworkDeps,
  { find, decide, fences }: ChangeParts,
): Pick<ScheduleStore, 'change' | 'remove'> {
  const { db, writer, clock, waiting } = deps;
  const sql = prepareStatements(db);
  const settle = (scope: Parameters<ScheduleStore['find']>[0], id: string, now: number) => {
    let schedule = find(scope, id);
    for (let i = 0; i < MOST_STEPS && schedule !== undefined; i++) {
      if (!decide(schedule, now)) break;
      schedule = find(scope, id);
    }
    const fired = schedule === undefined ? [] : waiting.fireWaiting(now);
    return { schedule: schedule && find(scope, id), fired };
  };
  return {
    change: (scope, id, change) =>
      writer.write(() => {
        const now = clock.now();
        const { schedule, fired } = settle(scope, id, now);
        if (schedule === undefined) return undefined;
        const value = toSchedule(sql.change.get(toChangedRow(deps, { schedule, change, now })));
        if (value.pausedAt !== undefined)
          sql.callOff.run({ ...value.tenant, id: value.id, reason: 'PAUSED' });
        return { value, fired };
      }),
    remove: (scope, id, fence) =>
      writer.write(() => {
        if (fence !== undefined) fences.check(fence.lockKey, fence.token);
        const now = clock.now();
        const { schedule, fired } = settle(scope, id, now);
        if (schedule === undefined) return undefined;
        sql.remove.run({ id: schedule.id, now });
        sql.callOff.run({ ...schedule.tenant, id: schedule.id, reason: 'DELETED' });
        return { value: schedule, fired };
      }),
  };
}

interface Changing {
  readonly schedule: Schedule;
  readonly change: ScheduleChange;
  readonly now: number;
}

function toChangedRow({ reader }: ClockworkDeps, { schedule, change, now }: Changing) {
  const { isPaused = schedule.pausedAt !== undefined, entryHash, ...settings } = change;
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  const changed: Schedule = { ...schedule, ...Object.fromEntries(given) };
  const isRetimed = change.timing !== undefined || change.timeZone !== undefined;
  const anchorAt = change.timing === undefined ? schedule.anchorAt : now;
  const isResumed = schedule.pausedAt !== undefined && !isPaused;
  const next =
    isRetimed || isResumed
      ? createNextTime(reader, { ...changed, anchorAt })(now)
      : schedule.nextAt;
  return {
    ...toSettingsRow(changed),
    id: schedule.id,
    anchorAt,
    entryHash: entryHash ?? schedule.entryHash ?? null,
    nextAt: isPaused ? null : (next ?? null),
    pausedAt: isPaused ? (schedule.pausedAt ?? now) : null,
    now,
  };
}

function prepareStatements(db: Database) {
  return {
    change: db.prepare(
      `UPDATE schedule SET name = @name, cron = @cron, every_ms = @everyMs, at = @at,
         anchor_at = @anchorAt, time_zone = @timeZone, on_missed = @onMissed, grace_ms = @graceMs,
         overlap = @overlap, action = @action, entry_hash = @entryHash, next_at = @nextAt,
         paused_at = @pausedAt, updated_at = @now
       WHERE id = @id RETURNING *`,
    ),
    remove: db.prepare('UPDATE schedule SET deleted_at = @now, next_at = NULL WHERE id = @id'),
    callOff: db.prepare(
      `UPDATE firing SET status = 'cancelled', reason = @reason WHERE status = 'waiting'
         AND org_id = @org AND user_id = @user AND schedule_id = @id`,
    ),
  };
}
