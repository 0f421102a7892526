import { FiringId } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { FiringStore } from '../actions/ports.ts';
import { createSqliteKeyStore, type SqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import { type Scope, scopeOf } from '../principals/principal.ts';
import { ENSURE_USER } from '../principals/sqlite-ensure-user.ts';
import { createSqliteFence } from '../runs/sqlite-fence.ts';
import type { NewSchedule, Schedule, ScheduleStore } from './ports.ts';
import { unknownSchedule } from './schedule-view.ts';
import type { ClockworkDeps } from './sqlite-clockwork.ts';
import { createChange } from './sqlite-schedule-changes.ts';
import { toSchedule, toSettingsRow } from './sqlite-schedule-rows.ts';
import { createNextTime } from './timing.ts';

/** Schedules of one user that have times to come, or are paused. */
const MAX_SCHEDULES = 100;
/** Asked for by people and waiting, of one schedule. */
const MAX_ASKED = 100;
const RETRY_AFTER_MS = 60_000;
/** Rows that one call takes away. */
const PRUNED_AT_ONCE = 500;

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
    prune: (before) => writer.write(() => sql.prune.run({ before }).changes),
    runNow: ({ id, tenant }, { idempotency, skipsPaused = false }) =>
      writer.write(() => {
        const firing = FiringId.parse(newId());
        const now = clock.now();
        // Whoever asks has read it a moment ago.
        const schedule = find(scopeOf(tenant), id);
        if (schedule === undefined) throw unknownSchedule();
        refuseFull(sql, schedule);
        rememberKey(keys, { tenant, idempotency, firing });
        sql.addFiring.run({
          ...{ ...tenant, id: firing, schedule: id, now, requestId: newId() },
          ...toAsked(skipsPaused && schedule.pausedAt !== undefined),
        });
        const fired = waiting.fireWaiting(now);
        const value = firings.find({ kind: 'schedule', id }, firing);
        if (value === undefined) throw new Error('a firing that was just stored is not there');
        return { value, fired };
      }),
  };
}

/** Throws AppError QUEUE_DEPTH_EXCEEDED for one that many wait of already because people have asked for it. */
function refuseFull(sql: ReturnType<typeof prepareStatements>, { tenant, id }: Schedule): void {
  if (z.int().parse(sql.asked.get({ ...tenant, schedule: id })) < MAX_ASKED) return;
  throw new AppError(
    'QUEUE_DEPTH_EXCEEDED',
    `${MAX_ASKED} firings of this schedule wait already; try again later`,
    { reason: 'QUEUE_DEPTH_EXCEEDED', retryAfterMs: RETRY_AFTER_MS },
  );
}

function toAsked(isSkipped: boolean) {
  return isSkipped
    ? { status: 'cancelled', reason: 'PAUSED' }
    : { status: 'waiting', reason: null };
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
           AND source <> 'file' AND (next_at IS NOT NULL OR paused_at IS NOT NULL)`,
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
      `INSERT INTO firing (id, org_id, user_id, schedule_id, at, status, reason, request_id)
       VALUES (@id, @org, @user, @schedule, @now, @status, @reason, @requestId)`,
    ),
    asked: db
      .prepare(
        `SELECT count(*) FROM firing WHERE status = 'waiting' AND org_id = @org AND user_id = @user
           AND schedule_id = @schedule AND scheduled_at IS NULL`,
      )
      .pluck(),
    /** One of the file stays: its entry is still there, and would be followed anew. */
    prune: db.prepare(
      `DELETE FROM schedule WHERE seq IN (SELECT seq FROM schedule
         WHERE next_at IS NULL AND updated_at < @before AND (deleted_at < @before
           OR (deleted_at IS NULL AND paused_at IS NULL AND at < @before AND source <> 'file'))
         AND NOT EXISTS (SELECT 1 FROM firing WHERE firing.schedule_id = schedule.id)
         LIMIT ${PRUNED_AT_ONCE})`,
    ),
  };
}
