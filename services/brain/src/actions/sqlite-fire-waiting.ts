import { FiringId, type ScheduleId, type Tenant } from '@bakerst/contracts';
import { Action } from '@bakerst/contracts/schedules';
import { AppError, type Logger } from '@bakerst/kit';
import { z } from 'zod';
import { firedLockKey, userLockKey } from '../runs/run.ts';
import { isOfStorage } from '../storage/storage-error.ts';
import { isPassingRefusal } from './action-rules.ts';
import type { FiredWork, FiringSource } from './ports.ts';
import { type FireActionDeps, prepareFireAction } from './sqlite-fire-action.ts';
import { toSource } from './sqlite-firing-rows.ts';
import {
  GroupRow,
  MOST_OF_ONE,
  prepareWaitingStatements,
  WaitingRow,
  type WaitingStatements,
} from './sqlite-waiting-rows.ts';

/** Schedules and triggers of one user that have runs on at a time; those of others wait. */
const MAX_FIRED_KEYS = 5;
/** What was refused for the moment is tried again after this long. */
const RETRY_MS = 5_000;
/** Keys of one source, or of all sources of a user, begin alike; this comes behind a slash. */
const AFTER_SLASH = '0';

interface FireWaitingDeps extends FireActionDeps {
  readonly log: Logger;
}

/** Sets off, inside a transaction, what waits and may begin. */
export interface FireWaiting {
  fireWaiting(now: number): readonly FiredWork[];
  /** True while something that the schedule has set off, or is about to, has no end yet. */
  isOpen(tenant: Tenant, id: ScheduleId): boolean;
}

/** What became of one that waits: set off, out of the way for good, or everything behind it waits with it. */
type Outcome = FiredWork | 'gone' | 'waits';

export function prepareFireWaiting(deps: FireWaitingDeps): FireWaiting {
  const sql = prepareWaitingStatements(deps.db);
  const firer = { ...deps, sql, fire: prepareFireAction(deps) };
  const fireRow = prepareFireRow(firer);
  return {
    isOpen: (tenant, id) =>
      sql.waits.get({ ...tenant, schedule: id }) !== undefined ||
      hasUnfinished(sql, tenant, { kind: 'schedule', id }),
    fireWaiting(now) {
      let lines = sql.groups.all().map((row) => toLine(sql, toGroup(GroupRow.parse(row))));
      const works: FiredWork[] = [];
      // One of each, and one of each again: nobody's turn waits for all that another one has.
      for (let turn = 0; turn < MOST_OF_ONE; turn++)
        lines = lines.filter(({ group, ids }) => {
          const id = ids[turn];
          if (id === undefined) return false;
          const outcome = fireRow(group, id, now);
          if (typeof outcome !== 'string') works.push(outcome);
          return outcome !== 'waits';
        });
      return works;
    },
  };
}

interface Line {
  readonly group: Group;
  readonly ids: readonly FiringId[];
}

function toLine(sql: WaitingStatements, group: Group): Line {
  const { tenant, source } = group;
  const ids = sql.waiting.all({
    ...tenant,
    schedule: idOf(source, 'schedule'),
    trigger: idOf(source, 'trigger'),
  });
  return { group, ids: ids.map((id) => FiringId.parse(id)) };
}

interface Firer extends FireWaitingDeps {
  readonly sql: WaitingStatements;
  readonly fire: ReturnType<typeof prepareFireAction>;
}

function prepareFireRow(firer: Firer) {
  const { db, sql, log } = firer;
  // A savepoint of its own: what fails leaves nothing behind.
  const attempt = db.transaction(fireRow);
  return (group: Group, id: FiringId, now: number): Outcome => {
    try {
      return attempt(firer, group, { id, now });
    } catch (err) {
      if (isOfStorage(err)) throw err;
      // A row that nobody can read keeps no other one waiting.
      log.error({ err, firingId: id }, 'firing cannot be set off');
      sql.refused.run({ id, reason: 'INTERNAL_ERROR' });
      return 'gone';
    }
  };
}

interface Candidate {
  readonly id: FiringId;
  readonly now: number;
}

function fireRow(firer: Firer, group: Group, { id, now }: Candidate): Outcome {
  const { sql } = firer;
  // Read one by one: the first may open the conversation of the others.
  const row = WaitingRow.parse(sql.one.get(id));
  if (row.expires_at !== null && now > row.expires_at) {
    sql.expired.run(id);
    return 'gone';
  }
  if (row.not_before > now) return 'waits';
  const { data: action } = Action.safeParse(JSON.parse(row.action));
  if (action === undefined) {
    sql.refused.run({ id, reason: 'ACTION_NOT_VALID' });
    return 'gone';
  }
  const isOn = isInTheWay(sql, group, action);
  if (isOn && row.overlap !== 'parallel') return 'waits';
  if (action.type === 'run' && countKeys(sql, group.tenant) >= MAX_FIRED_KEYS) return 'waits';
  return fireOne(firer, group, { row, action, now, isOn });
}

interface Waiting {
  readonly row: WaitingRow;
  readonly action: Action;
  readonly now: number;
  /** Something of the same source is on. */
  readonly isOn: boolean;
}

function fireOne(firer: Firer, group: Group, waiting: Waiting): Outcome {
  const { sql } = firer;
  const { tenant, source } = group;
  const { row, action, now, isOn } = waiting;
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
    sql.turn(source).run(now, source.id);
    if (fired.opened !== undefined && !isOn) sql.keep(source).run(fired.opened, source.id);
    return { tenant, source, ...fired };
  } catch (err) {
    return noteRefusal(firer, err, waiting);
  }
}

function noteRefusal({ sql, log }: Firer, err: unknown, { row: { id }, now }: Waiting): Outcome {
  if (!(err instanceof AppError)) throw err;
  const reason = err.reason ?? err.code;
  if (isPassingRefusal(err)) {
    sql.later.run({ id, notBefore: now + Math.max(err.retryAfterMs ?? 0, RETRY_MS), reason });
    return 'waits';
  }
  log.warn({ firingId: id, code: err.code, reason }, 'firing refused');
  sql.refused.run({ id, reason });
  return 'gone';
}

/** Runs of one source go on one after the other; so do jobs of a schedule, while those of a trigger are in nobody's way. */
function isInTheWay(sql: WaitingStatements, { tenant, source }: Group, action: Action): boolean {
  if (source.kind === 'schedule') return hasUnfinished(sql, tenant, source);
  return action.type === 'run' && hasOpenRun(sql, tenant, source);
}

function hasUnfinished(sql: WaitingStatements, tenant: Tenant, source: FiringSource): boolean {
  return hasOpenRun(sql, tenant, source) || sql.openJob.get(source.id) !== undefined;
}

function hasOpenRun(sql: WaitingStatements, tenant: Tenant, source: FiringSource): boolean {
  const key = firedLockKey(tenant, nameOf(source));
  return sql.openRun.get({ from: key, to: `${key}${AFTER_SLASH}` }) !== undefined;
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

function countKeys({ countKeys: count }: WaitingStatements, tenant: Tenant): number {
  const key = userLockKey(tenant);
  return z.int().parse(count.get({ from: `${key}/`, to: `${key}${AFTER_SLASH}` }));
}
