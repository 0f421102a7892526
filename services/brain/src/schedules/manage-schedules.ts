import { ScheduleId, type Tenant } from '@bakerst/contracts';
import type { NewScheduleBody, SchedulePatch } from '@bakerst/contracts/schedules';
import { AppError, type NewId } from '@bakerst/kit';
import type { Firing, FiringStore, TellFired } from '../actions/ports.ts';
import type { UserChanges } from '../events/ports.ts';
import { findTwin, toKeyedRequest } from '../idempotency/find-twin.ts';
import type { KeyedRequest, KeyStore } from '../idempotency/ports.ts';
import { scopeOf } from '../principals/principal.ts';
import { hasReason } from '../runs/active-run.ts';
import type { Schedule, ScheduleStore } from './ports.ts';
import { readNewSchedule, readScheduleChange, type ScheduleRules } from './read-schedule.ts';
import { refuseFileChange, unknownSchedule } from './schedule-view.ts';

export interface ManageSchedulesDeps extends ScheduleRules {
  readonly schedules: ScheduleStore;
  readonly firings: Pick<FiringStore, 'find'>;
  readonly keys: KeyStore;
  readonly tellFired: TellFired;
  readonly changes: UserChanges;
  readonly newId: NewId;
}

interface Creation {
  readonly body: NewScheduleBody;
  /** Idempotency-Key. */
  readonly key: string | undefined;
}

/** Makes a schedule; a known Idempotency-Key gives the one that it has made. */
export async function createSchedule(
  deps: ManageSchedulesDeps,
  tenant: Tenant,
  { body, key }: Creation,
): Promise<Schedule> {
  const { org: _org, user_id: _user, paused = false, ...wanted } = body;
  const keyed = key === undefined ? undefined : toKeyedRequest(key, ['schedule', paused, wanted]);
  return await once(
    () => {
      const id = findTwin(deps.keys, tenant, keyed);
      return id === undefined ? undefined : known(deps.schedules.find(scopeOf(tenant), id));
    },
    async () => {
      const schedule = await deps.schedules.create(tenant, {
        ...readNewSchedule(deps, wanted, tenant),
        id: ScheduleId.parse(deps.newId()),
        isPaused: paused,
        source: 'api',
        idempotency: keyed,
      });
      tellChanged(deps, schedule);
      return schedule;
    },
  );
}

/** Throws AppError CONFLICT for more than pausing and resuming what comes from the file. */
export async function changeSchedule(
  deps: ManageSchedulesDeps,
  schedule: Schedule,
  patch: Omit<SchedulePatch, 'org' | 'user_id'>,
): Promise<Schedule> {
  const { paused: _paused, ...other } = patch;
  if (Object.keys(other).length > 0) refuseFileChange(schedule);
  const change = readScheduleChange(deps, schedule, patch);
  const changed = await deps.schedules.change(scopeOf(schedule.tenant), schedule.id, change);
  if (changed === undefined) throw unknownSchedule();
  deps.tellFired(changed.fired);
  tellChanged(deps, changed.value);
  return changed.value;
}

export async function removeSchedule(
  deps: Pick<ManageSchedulesDeps, 'schedules' | 'tellFired' | 'changes'>,
  schedule: Schedule,
): Promise<void> {
  refuseFileChange(schedule);
  const removed = await deps.schedules.remove(scopeOf(schedule.tenant), schedule.id);
  if (removed === undefined) throw unknownSchedule();
  deps.tellFired(removed.fired);
  tellChanged(deps, schedule);
}

interface RunNow {
  /** Idempotency-Key. */
  readonly key: string | undefined;
  readonly skipsPaused?: boolean;
}

/** Has a schedule fire now; a known Idempotency-Key gives what it has set off. */
export async function runScheduleNow(
  deps: ManageSchedulesDeps,
  schedule: Schedule,
  { key, skipsPaused = false }: RunNow,
): Promise<Firing> {
  const { id, tenant } = schedule;
  const keyed: KeyedRequest | undefined =
    key === undefined ? undefined : toKeyedRequest(key, ['schedule run', id]);
  return await once(
    () => {
      const firing = findTwin(deps.keys, tenant, keyed);
      return firing === undefined ? undefined : deps.firings.find({ kind: 'schedule', id }, firing);
    },
    async () => {
      const { value, fired } = await deps.schedules.runNow(schedule, {
        idempotency: keyed,
        skipsPaused,
      });
      deps.tellFired(fired);
      tellChanged(deps, schedule);
      return value;
    },
  );
}

/** Finds what the same request has made, or makes it; of two at a time the second finds what the first has made. */
async function once<T>(find: () => T | undefined, make: () => Promise<T>): Promise<T> {
  const before = find();
  if (before !== undefined) return before;
  try {
    return await make();
  } catch (err) {
    const twin = hasReason(err, 'KEY_IN_USE') ? find() : undefined;
    if (twin === undefined) throw err;
    return twin;
  }
}

function known(schedule: Schedule | undefined): Schedule {
  if (schedule === undefined)
    throw new AppError('NOT_FOUND', 'the schedule of this key was deleted', {
      reason: 'SCHEDULE_NOT_FOUND',
    });
  return schedule;
}

function tellChanged({ changes }: Pick<ManageSchedulesDeps, 'changes'>, schedule: Schedule): void {
  changes.tell(schedule.tenant, { type: 'schedule', schedule_id: schedule.id });
}
