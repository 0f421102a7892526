import type { NewId } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import type { FireWaiting } from '../actions/sqlite-fire-waiting.ts';
import { type Decision, decideDue } from './decide-due.ts';
import type { Schedule } from './ports.ts';
import { type CronReader, createNextTime } from './timing.ts';

export interface DecideDeps {
  readonly db: Database;
  readonly newId: NewId;
  readonly reader: CronReader;
  readonly waiting: FireWaiting;
}

/** What is to become of what is due of a schedule; counted outside of any transaction, for that takes its time. */
export interface Plan {
  readonly schedule: Schedule;
  readonly decisions: readonly Decision[];
  readonly nextAt: number | undefined;
  readonly now: number;
  /** More is due than was counted. */
  readonly hasMore: boolean;
  /** Instants that were looked for: what it has cost. */
  readonly steps: number;
}

/** Counts what is due of a schedule, some hundred instants at most; undefined when nothing is. */
export function planSchedule(
  { reader }: Pick<DecideDeps, 'reader'>,
  schedule: Schedule,
  now: number,
): Plan | undefined {
  const { nextAt: from, onMissed, graceMs, skipUntil } = schedule;
  if (from === undefined || from > now) return undefined;
  const find = createNextTime(reader, schedule);
  let steps = 0;
  const next = (after: number): number | undefined => {
    steps += 1;
    return find(after);
  };
  const { decisions, nextAt } = decideDue({ next, from, now, onMissed, graceMs, skipUntil });
  const hasMore = nextAt !== undefined && nextAt <= now;
  return { schedule, decisions, nextAt, now, hasMore, steps };
}

/** Stores what was planned, inside a transaction that has seen the schedule as the plan has. */
export type StorePlan = (plan: Plan) => void;

export function prepareStorePlan(deps: DecideDeps): StorePlan {
  const { waiting } = deps;
  const sql = prepareStatements(deps.db);
  const store = prepareStore(deps, sql);
  return ({ schedule, decisions, nextAt, now }) => {
    const { id, tenant } = schedule;
    const catchesUp = decisions.filter(({ fires }) => fires).length > 1;
    for (const decision of decisions) {
      // What is made up for waits its turn; only what comes in time is left out while the one before is on.
      const isLeftOut =
        decision.fires &&
        !decision.isLate &&
        !catchesUp &&
        schedule.overlap === 'skip' &&
        waiting.isOpen(tenant, id);
      store(schedule, decision, { isLeftOut, now });
    }
    sql.advance.run({ id, nextAt: nextAt ?? null });
  };
}

interface Moment {
  readonly isLeftOut: boolean;
  readonly now: number;
}

function prepareStore({ newId }: DecideDeps, sql: ReturnType<typeof prepareStatements>) {
  return (schedule: Schedule, decision: Decision, { isLeftOut, now }: Moment): void => {
    const { id, tenant } = schedule;
    const { at, count, lastAt, fires } = decision;
    if (count > 1 && sql.addToLump.run({ id, at, count, lastAt }).changes > 0) return;
    const decided = fires ? 'waiting' : 'missed';
    sql.add.run({
      ...tenant,
      id: newId(),
      schedule: id,
      scheduledAt: at,
      status: isLeftOut ? 'overlapped' : decided,
      reason: toReason(schedule, decision),
      count,
      lastAt: count > 1 ? lastAt : null,
      requestId: newId(),
      now,
    });
  };
}

function toReason({ skipUntil }: Schedule, { at, fires, isAtLeast }: Decision): string | null {
  if (isAtLeast) return 'AT_LEAST';
  return !fires && at <= skipUntil ? 'RESTORED' : null;
}

function prepareStatements(db: Database) {
  return {
    /** Many that were missed directly before these have a row already. */
    addToLump: db.prepare(
      `UPDATE firing SET count = count + @count, last_at = @lastAt
       WHERE seq = (SELECT max(seq) FROM firing WHERE schedule_id = @id)
         AND count > 1 AND status = 'missed' AND last_at < @at`,
    ),
    add: db.prepare(
      `INSERT INTO firing (id, org_id, user_id, schedule_id, scheduled_at, at, status, reason, count,
         last_at, request_id)
       VALUES (@id, @org, @user, @schedule, @scheduledAt, @now, @status, @reason,
         @count, @lastAt, @requestId)
       ON CONFLICT DO NOTHING`,
    ),
    advance: db.prepare('UPDATE schedule SET next_at = @nextAt WHERE id = @id'),
  };
}
