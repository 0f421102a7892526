import { isDeepStrictEqual } from 'node:util';
import type { Database } from 'better-sqlite3';
import type { FiredWork } from '../actions/ports.ts';
import type { Scope } from '../principals/principal.ts';
import type { Fence } from '../runs/sqlite-fence.ts';
import type { Schedule, ScheduleChange, ScheduleStore } from './ports.ts';
import type { ClockworkDeps } from './sqlite-clockwork.ts';
import { type Plan, planSchedule, prepareStorePlan } from './sqlite-decide-schedule.ts';
import { toSchedule, toSettingsRow } from './sqlite-schedule-rows.ts';
import { createNextTime } from './timing.ts';

interface ChangeParts {
  readonly find: ScheduleStore['find'];
  readonly fences: Fence;
}

/** Asked for again: more was due than one transaction decides. */
type Outcome<T> = { readonly done: T | undefined } | 'again';

/** The part of the store that changes schedules: what was due until then is decided before. */
export function createChange(
  deps: ClockworkDeps,
  { find, fences }: ChangeParts,
): Pick<ScheduleStore, 'change' | 'remove'> {
  const { db, writer, clock } = deps;
  const sql = prepareStatements(db);
  const settled = prepareSettled(deps, find);
  return {
    change: (scope, id, change) =>
      settled(scope, id, (schedule, now) => {
        const value = toSchedule(sql.change.get(toChangedRow(deps, { schedule, change, now })));
        if (value.pausedAt !== undefined)
          sql.callOff.run({ ...value.tenant, id: value.id, reason: 'PAUSED' });
        return value;
      }),
    async remove(scope, id, fence) {
      if (fence !== undefined) await writer.write(() => fences.check(fence.lockKey, fence.token));
      return await settled(scope, id, (schedule) => {
        if (fence !== undefined) fences.check(fence.lockKey, fence.token);
        sql.remove.run({ id: schedule.id, now: clock.now() });
        sql.callOff.run({ ...schedule.tenant, id: schedule.id, reason: 'DELETED' });
        return schedule;
      });
    },
  };
}

/**
 * Prepares what changes a schedule once all that was due of it is decided: the last of it in the transaction that
 * changes it, everything before in transactions of their own.
 */
function prepareSettled(deps: ClockworkDeps, find: ScheduleStore['find']) {
  const { writer, clock, waiting } = deps;
  const storePlan = prepareStorePlan(deps);
  /** True when there is more to decide, or the plan is not of this schedule any more. */
  const decide = (schedule: Schedule, ahead: Plan | undefined, now: number): boolean => {
    if (ahead !== undefined && !isDeepStrictEqual(ahead.schedule, schedule)) return true;
    const plan = ahead ?? planSchedule(deps, schedule, now);
    if (plan !== undefined) storePlan(plan);
    return plan?.hasMore ?? false;
  };
  return async <T>(
    scope: Scope,
    id: string,
    change: (schedule: Schedule, now: number) => T,
  ): Promise<{ readonly value: T; readonly fired: readonly FiredWork[] } | undefined> => {
    const fired: FiredWork[] = [];
    const step = (ahead: Plan | undefined): Outcome<T> => {
      const schedule = find(scope, id);
      if (schedule === undefined) return { done: undefined };
      const now = clock.now();
      const hasMore = decide(schedule, ahead, now);
      fired.push(...waiting.fireWaiting(now));
      return hasMore ? 'again' : { done: change(find(scope, id) ?? schedule, now) };
    };
    for (;;) {
      const schedule = find(scope, id);
      const plan = schedule && planSchedule(deps, schedule, clock.now());
      // Many are counted out here, where nobody waits for it.
      const outcome = await writer.write(() => step(plan?.hasMore === true ? plan : undefined));
      if (outcome === 'again') continue;
      return outcome.done === undefined ? undefined : { value: outcome.done, fired };
    }
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
