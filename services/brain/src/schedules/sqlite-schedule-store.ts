import { FiringId } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { FiringStore } from '../actions/ports.ts';
import { createSqliteKeyStore, type SqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import type { Scope } from '../principals/principal.ts';
import { ENSURE_USER } from '../principals/sqlite-ensure-user.ts';
import { createSqliteFence } from '../runs/sqlite-fence.ts';
import type { NewSchedule, Schedule, ScheduleStore } from './ports.ts';
import type { ClockworkDeps } from './sqlite-clockwork.ts';
import { createChange } from './sqlite-schedule-changes.ts';
import { toSchedule, toSettingsRow } from './sqlite-schedule-rows.ts';
import { createNextTime } from './timing.ts';

/** Schedules of one user. */
const MAX_SCHEDULES = 100;

export interface ScheduleStoreDeps extends ClockworkDeps {
  readonly firings: Pick<FiringStore, 'find'>;
}

export function createSqliteScheduleStore(deps: ScheduleStoreDeps): ScheduleStore {
  const { db, writer, clock, newId, reader, waiting, firings } = deps;
  const sql = prepareStatements(db);
  const keys = createSqliteKeyStore(db, clock);
  const fences = createSqliteFence(db);
  const find = (scope: Scope, id: string): Schedule | undefined =>
    toKnown(sql.find.get({ id, org: scope.org, user: scope.user ?? null }));
  return {
    find,
    list: (scope, { beforeSeq, limit }) =>
      (scope.user === undefined ? sql.listOrg : sql.listUser)
        .all({
          org: scope.org,
          user: scope.user ?? null,
          before: beforeSeq ?? Number.MAX_SAFE_INTEGER,
          limit,
        })
        .map(toSchedule),
    listOfFile: (tenant) => sql.ofFile.all(tenant).map(toSchedule),
    findMadeBy: (madeBy) => toKnown(sql.madeBy.get(madeBy)),
    create: (tenant, { fence, ...schedule }) =>
      writer.write(() => {
        if (fence !== undefined) fences.check(fence.lockKey, fence.token);
        return addOnce({ sql, keys, reader }, { tenant, schedule, now: clock.now() });
      }),
    ...createChange(deps, { find, fences }),
    runNow: ({ id, tenant }, idempotency) =>
      writer.write(() => {
        const firing = FiringId.parse(newId());
        const now = clock.now();
        rememberKey(keys, { tenant, idempotency, firing });
        sql.addFiring.run({ ...tenant, id: firing, schedule: id, now, requestId: newId() });
        const fired = waiting.fireWaiting(now);
        const value = firings.find({ kind: 'schedule', id }, firing);
        if (value === undefined) throw new Error('a firing that was just stored is not there');
        return { value, fired };
      }),
  };
}

interface AddDeps {
  readonly sql: ReturnType<typeof prepareStatements>;
  readonly keys: SqliteKeyStore;
  readonly reader: ClockworkDeps['reader'];
}

interface Addition {
  readonly tenant: Schedule['tenant'];
  readonly schedule: NewSchedule;
  readonly now: number;
}

function addOnce({ sql, keys, reader }: AddDeps, { tenant, schedule, now }: Addition): Schedule {
  const { id, madeBy, isPaused, idempotency, source } = schedule;
  const known = madeBy === undefined ? undefined : toKnown(sql.madeBy.get(madeBy));
  if (known !== undefined) return known;
  const isFull = z.int().parse(sql.count.get(tenant)) >= MAX_SCHEDULES;
  // The file has a limit of its own.
  if (isFull && source !== 'file') throw tooMany();
  sql.ensureUser.run({ ...tenant, now });
  if (idempotency !== undefined) keys.remember(tenant, idempotency, id);
  const next = createNextTime(reader, { ...schedule, anchorAt: now })(now);
  return toSchedule(
    sql.add.get({
      ...tenant,
      ...toSettingsRow(schedule),
      ...{ id, source, now },
      entryHash: schedule.entryHash ?? null,
      madeBy: madeBy ?? null,
      nextAt: isPaused ? null : (next ?? null),
      pausedAt: isPaused ? now : null,
    }),
  );
}

interface Keyed {
  readonly tenant: Schedule['tenant'];
  readonly idempotency: Parameters<SqliteKeyStore['remember']>[1] | undefined;
  readonly firing: FiringId;
}

function rememberKey(keys: SqliteKeyStore, { tenant, idempotency, firing }: Keyed): void {
  if (idempotency !== undefined) keys.remember(tenant, idempotency, firing);
}

function toKnown(row: unknown): Schedule | undefined {
  return row === undefined ? undefined : toSchedule(row);
}

function tooMany(): AppError {
  return new AppError('CONFLICT', `a user may have ${MAX_SCHEDULES} schedules; delete one first`, {
    reason: 'TOO_MANY_SCHEDULES',
  });
}

function prepareStatements(db: Database) {
  const list = (whose: string) =>
    db.prepare(
      `SELECT * FROM schedule WHERE ${whose} AND deleted_at IS NULL AND seq < @before
       ORDER BY seq DESC LIMIT @limit`,
    );
  return {
    find: db.prepare(
      `SELECT * FROM schedule WHERE id = @id AND org_id = @org AND (@user IS NULL OR user_id = @user)
         AND deleted_at IS NULL`,
    ),
    listUser: list('org_id = @org AND user_id = @user'),
    listOrg: list('+org_id = @org AND @user IS NULL'),
    ofFile: db.prepare(
      `SELECT * FROM schedule WHERE org_id = @org AND user_id = @user AND source = 'file'
         AND deleted_at IS NULL`,
    ),
    madeBy: db.prepare('SELECT * FROM schedule WHERE made_by = ?'),
    count: db
      .prepare(
        `SELECT count(*) FROM schedule WHERE org_id = @org AND user_id = @user AND deleted_at IS NULL
           AND source <> 'file'`,
      )
      .pluck(),
    ensureUser: db.prepare(ENSURE_USER),
    add: db.prepare(
      `INSERT INTO schedule (id, org_id, user_id, name, cron, every_ms, at, anchor_at, time_zone,
         on_missed, grace_ms, overlap, action, source, entry_hash, made_by, next_at, paused_at,
         created_at, updated_at)
       VALUES (@id, @org, @user, @name, @cron, @everyMs, @at, @now, @timeZone, @onMissed, @graceMs,
         @overlap, @action, @source, @entryHash, @madeBy, @nextAt, @pausedAt, @now, @now)
       RETURNING *`,
    ),
    addFiring: db.prepare(
      `INSERT INTO firing (id, org_id, user_id, schedule_id, at, status, request_id)
       VALUES (@id, @org, @user, @schedule, @now, 'waiting', @requestId)`,
    ),
  };
}
