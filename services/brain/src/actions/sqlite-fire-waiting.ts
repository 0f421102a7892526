import {
  ConversationId,
  FiringId,
  OrgId,
  ScheduleId,
  type Tenant,
  TriggerId,
  UserId,
} from '@bakerst/contracts';
import { Action, Overlap } from '@bakerst/contracts/schedules';
import { AppError, type Logger } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { UNFINISHED as UNFINISHED_JOB } from '../jobs/sqlite-job-rows.ts';
import { firedLockKey, userLockKey } from '../runs/run.ts';
import { UNFINISHED } from '../runs/sqlite-run-rows.ts';
import { isPassingRefusal } from './action-rules.ts';
import type { FiredWork, FiringSource } from './ports.ts';
import { type FireActionDeps, prepareFireAction } from './sqlite-fire-action.ts';
import { toSource } from './sqlite-firing-rows.ts';

/** Runs of one user that schedules and triggers have on at a time; further ones wait. */
const MAX_FIRED_RUNS = 5;
/** Of one schedule or trigger at a time. */
const MOST_OF_ONE = 5;
/** What was refused for the moment is tried again after this long. */
const RETRY_MS = 5_000;
/** Keys of one source, or of all sources of a user, begin alike; this comes behind a slash. */
const AFTER_SLASH = '0';

const GroupRow = z.object({
  org_id: OrgId,
  user_id: UserId,
  schedule_id: ScheduleId.nullable(),
  trigger_id: TriggerId.nullable(),
});
type GroupRow = z.infer<typeof GroupRow>;

const WaitingRow = z.object({
  id: FiringId,
  request_id: z.string(),
  name: z.string(),
  overlap: Overlap,
  action: z.string(),
  conversation_id: ConversationId.nullable(),
});
type WaitingRow = z.infer<typeof WaitingRow>;

interface FireWaitingDeps extends FireActionDeps {
  readonly log: Logger;
}

/** Sets off, inside a transaction, what waits and may begin. */
export interface FireWaiting {
  fireWaiting(now: number): readonly FiredWork[];
  /** True while something that the schedule has set off, or is about to, has no end yet. */
  isOpen(tenant: Tenant, id: ScheduleId): boolean;
}

export function prepareFireWaiting(deps: FireWaitingDeps): FireWaiting {
  const sql = prepareStatements(deps.db);
  const firer = { ...deps, sql, fire: prepareFireAction(deps) };
  return {
    isOpen: (tenant, id) =>
      sql.waits.get({ ...tenant, schedule: id }) !== undefined ||
      hasUnfinished(sql, tenant, { kind: 'schedule', id }),
    fireWaiting: (now) =>
      sql.groups
        .all(now)
        .map((row) => toGroup(GroupRow.parse(row)))
        .flatMap((group) => fireGroup(firer, group, now)),
  };
}

interface Firer extends FireWaitingDeps {
  readonly sql: Statements;
  readonly fire: ReturnType<typeof prepareFireAction>;
}

function fireGroup(firer: Firer, group: Group, now: number): readonly FiredWork[] {
  const { sql } = firer;
  const { tenant, source } = group;
  const ids = sql.waiting.all({
    ...tenant,
    schedule: idOf(source, 'schedule'),
    trigger: idOf(source, 'trigger'),
    now,
  });
  return ids.flatMap((id) => {
    // Read one by one: the first may open the conversation of the others.
    const row = WaitingRow.parse(sql.one.get(id));
    const { data: action } = Action.safeParse(JSON.parse(row.action));
    if (action === undefined) {
      sql.refused.run({ id: row.id, reason: 'ACTION_NOT_VALID' });
      return [];
    }
    if (action.type === 'run' && countRuns(sql, tenant) >= MAX_FIRED_RUNS) return [];
    return fireOne(firer, group, { row, action, now }) ?? [];
  });
}

interface Waiting {
  readonly row: WaitingRow;
  readonly action: Action;
  readonly now: number;
}

function fireOne(firer: Firer, group: Group, waiting: Waiting): FiredWork | undefined {
  const { sql } = firer;
  const { tenant, source } = group;
  const { row, action, now } = waiting;
  const isOn = source.kind === 'schedule' && hasUnfinished(sql, tenant, source);
  if (isOn && row.overlap !== 'parallel') return undefined;
  try {
    const fired = firer.fire({
      tenant,
      action,
      // What goes on beside another one has a conversation of its own.
      conversationId: isOn ? undefined : (row.conversation_id ?? undefined),
      title: row.name,
      lockKey: firedLockKey(tenant, nameOf(source), isOn ? row.id : undefined),
      requestId: row.request_id,
      now,
    });
    sql.fired.run({ id: row.id, run: fired.run?.id ?? null, job: fired.job?.id ?? null });
    if (fired.opened !== undefined && !isOn) sql.keep(source).run(fired.opened, source.id);
    return { tenant, source, ...fired };
  } catch (err) {
    noteRefusal(firer, err, waiting);
    return undefined;
  }
}

function noteRefusal({ sql, log }: Firer, err: unknown, { row: { id }, now }: Waiting): void {
  if (!(err instanceof AppError)) throw err;
  const reason = err.reason ?? err.code;
  if (isPassingRefusal(err)) {
    sql.later.run({ id, notBefore: now + Math.max(err.retryAfterMs ?? 0, RETRY_MS), reason });
    return;
  }
  log.warn({ firingId: id, code: err.code, reason }, 'firing refused');
  sql.refused.run({ id, reason });
}

function hasUnfinished(sql: Statements, tenant: Tenant, source: FiringSource): boolean {
  const key = firedLockKey(tenant, nameOf(source));
  if (sql.openRun.get({ from: key, to: `${key}${AFTER_SLASH}` }) !== undefined) return true;
  return sql.openJob.get(source.id) !== undefined;
}

interface Group {
  readonly tenant: Tenant;
  readonly source: FiringSource;
}

function toGroup(row: GroupRow): Group {
  return { tenant: { org: row.org_id, user: row.user_id }, source: toSource(row) };
}

function nameOf({ kind, id }: FiringSource): string {
  return `${kind}:${id}`;
}

function idOf(source: FiringSource, kind: FiringSource['kind']): string | null {
  return source.kind === kind ? source.id : null;
}

type Statements = ReturnType<typeof prepareStatements>;

function countRuns({ countRuns: count }: Statements, tenant: Tenant): number {
  const key = userLockKey(tenant);
  return z.int().parse(count.get({ from: `${key}/`, to: `${key}${AFTER_SLASH}` }));
}

function prepareStatements(db: Database) {
  const open = `FROM run WHERE lock_key >= @from AND lock_key < @to AND ${UNFINISHED}`;
  const keepOfSchedule = db.prepare('UPDATE schedule SET conversation_id = ? WHERE id = ?');
  const keepOfTrigger = db.prepare('UPDATE event_trigger SET conversation_id = ? WHERE id = ?');
  return {
    groups: db.prepare(
      `SELECT org_id, user_id, schedule_id, trigger_id FROM firing
       WHERE status = 'waiting' AND not_before <= ?
       GROUP BY org_id, user_id, schedule_id, trigger_id ORDER BY min(seq)`,
    ),
    waiting: db
      .prepare(
        `SELECT id FROM firing WHERE status = 'waiting' AND org_id = @org AND user_id = @user
           AND schedule_id IS @schedule AND trigger_id IS @trigger AND not_before <= @now
         ORDER BY seq LIMIT ${MOST_OF_ONE}`,
      )
      .pluck(),
    one: db.prepare(
      `SELECT firing.id, request_id, coalesce(firing.action, schedule.action) AS action,
         coalesce(schedule.name, event_trigger.name) AS name,
         coalesce(schedule.overlap, 'queue') AS overlap,
         coalesce(schedule.conversation_id, event_trigger.conversation_id) AS conversation_id
       FROM firing LEFT JOIN schedule ON schedule.id = firing.schedule_id
         LEFT JOIN event_trigger ON event_trigger.id = firing.trigger_id
       WHERE firing.id = ?`,
    ),
    waits: db.prepare(
      `SELECT 1 FROM firing WHERE status = 'waiting' AND org_id = @org AND user_id = @user
         AND schedule_id = @schedule LIMIT 1`,
    ),
    openRun: db.prepare(`SELECT 1 ${open} LIMIT 1`),
    countRuns: db.prepare(`SELECT count(*) ${open}`).pluck(),
    openJob: db.prepare(
      `SELECT 1 FROM job WHERE id IN (SELECT job_id FROM firing WHERE schedule_id = ?
         AND job_id IS NOT NULL ORDER BY seq DESC LIMIT 20) AND ${UNFINISHED_JOB}`,
    ),
    fired: db.prepare(
      `UPDATE firing SET status = 'fired', reason = NULL, run_id = @run, job_id = @job WHERE id = @id`,
    ),
    later: db.prepare('UPDATE firing SET not_before = @notBefore, reason = @reason WHERE id = @id'),
    refused: db.prepare(`UPDATE firing SET status = 'refused', reason = @reason WHERE id = @id`),
    keep: ({ kind }: FiringSource) => (kind === 'schedule' ? keepOfSchedule : keepOfTrigger),
  };
}
