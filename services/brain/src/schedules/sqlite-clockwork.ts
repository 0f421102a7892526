import { isDeepStrictEqual } from 'node:util';
import type { Clock, Logger } from '@bakerst/kit';
import type { Writer } from '../storage/group-commit.ts';
import type { Clockwork } from './ports.ts';
import { prepareCorrect } from './sqlite-correct-schedules.ts';
import {
  type DecideDeps,
  type Plan,
  planSchedule,
  prepareStorePlan,
} from './sqlite-decide-schedule.ts';
import { toSchedule } from './sqlite-schedule-rows.ts';

export interface ClockworkDeps extends DecideDeps {
  readonly writer: Writer;
  readonly clock: Clock;
  readonly log: Logger;
  /** False plants a fault: what is due is not looked at again in the transaction that decides it. */
  readonly decidesInside?: boolean;
}

/** Schedules that one transaction decides. */
const MOST_AT_ONCE = 50;
/** Instants that are looked for at a time: some tens of ms, and everything else has its turn again. */
const STEPS_AT_ONCE = 100;
/** One that cannot be decided is tried again after this long. */
const RETRY_MS = 60_000;
/** Of the planted fault: long enough for another brain to decide the same. */
const PLANTED_WAIT_MS = 400;

export function createSqliteClockwork(deps: ClockworkDeps): Clockwork {
  const { db, writer, clock, waiting, decidesInside = true } = deps;
  // The latest first: what is on time is not made late by what is made up for.
  const due = db.prepare(
    `SELECT * FROM schedule WHERE next_at <= @now
       AND id NOT IN (SELECT value FROM json_each(@except))
     ORDER BY next_at DESC LIMIT ${MOST_AT_ONCE}`,
  );
  const byId = db.prepare('SELECT * FROM schedule WHERE id = ?');
  const failures = createFailures(deps);
  const storePlan = prepareStorePlan(deps);
  // A savepoint of its own: what fails leaves nothing behind.
  const storeOne = db.transaction((plan: Plan) => storePlan(plan));
  const planRow = (row: unknown, now: number): Planned | undefined => {
    const plan = failures.guard(row, () => planSchedule(deps, toSchedule(row), now));
    return plan && { row, plan };
  };
  /** False for one that has changed since it was planned. */
  const storeRow = ({ row, plan }: Planned): boolean => {
    if (decidesInside && !isDeepStrictEqual(byId.get(plan.schedule.id), row)) return false;
    failures.guard(row, () => storeOne(plan));
    return true;
  };
  return {
    async decideDue() {
      const now = clock.now();
      const rows = due.all({ now, except: JSON.stringify(failures.list(now)) });
      const { planned, isCut } = planSome(rows, (row) => planRow(row, now));
      // Nothing to decide is no work for the disk.
      if (planned.length === 0) return { fired: [], hasMore: rows.length === MOST_AT_ONCE };
      if (!decidesInside) await clock.sleep(PLANTED_WAIT_MS);
      return await writer.write(() => {
        const isStale = planned.map(storeRow).includes(false);
        const hasMore = isCut || isStale || planned.some(({ plan }) => plan.hasMore);
        const fired = waiting.fireWaiting(clock.now());
        return { hasMore: hasMore || rows.length === MOST_AT_ONCE, fired };
      });
    },
    correct: prepareCorrect(deps),
  };
}

interface Planned {
  readonly row: unknown;
  readonly plan: Plan;
}

/** Plans as many rows as a turn may take, one at least. */
function planSome(
  rows: readonly unknown[],
  planRow: (row: unknown) => Planned | undefined,
): { readonly planned: readonly Planned[]; readonly isCut: boolean } {
  const planned: Planned[] = [];
  let steps = 0;
  for (const row of rows) {
    if (steps >= STEPS_AT_ONCE) return { planned, isCut: true };
    const one = planRow(row);
    if (one === undefined) continue;
    planned.push(one);
    steps += one.plan.steps;
  }
  return { planned, isCut: false };
}

/** Keeps rows that cannot be decided from keeping others waiting; each is told of once. */
function createFailures({ clock, log }: Pick<ClockworkDeps, 'clock' | 'log'>) {
  const retryAt = new Map<string, number>();
  return {
    /** What is not to be tried now. */
    list: (now: number): readonly string[] =>
      [...retryAt].flatMap(([id, at]) => (at > now && at <= now + RETRY_MS ? [id] : [])),
    guard<T>(row: unknown, work: () => T): T | undefined {
      const { id } = { id: undefined, ...Object(row) };
      try {
        return work();
      } catch (err) {
        if (!retryAt.has(String(id)))
          log.error({ err, scheduleId: id }, 'schedule cannot be decided');
        retryAt.set(String(id), clock.now() + RETRY_MS);
        return undefined;
      }
    },
  };
}
