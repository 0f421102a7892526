import type { Clock, Logger } from '@bakerst/kit';
import type { Writer } from '../storage/group-commit.ts';
import type { Clockwork } from './ports.ts';
import { type DecideDeps, prepareDecideSchedule } from './sqlite-decide-schedule.ts';
import { toSchedule } from './sqlite-schedule-rows.ts';
import { createNextTime } from './timing.ts';

export interface ClockworkDeps extends DecideDeps {
  readonly writer: Writer;
  readonly clock: Clock;
  readonly log: Logger;
  /** False plants a fault: what is due is read before the transaction that decides it. */
  readonly decidesInside?: boolean;
}

/** Schedules that one transaction decides. */
const MOST_AT_ONCE = 50;
const DAY_MS = 86_400_000;
/** Of the planted fault: long enough for another brain to decide the same. */
const PLANTED_WAIT_MS = 400;

export function createSqliteClockwork(deps: ClockworkDeps): Clockwork {
  const { db, writer, clock, waiting, decidesInside = true } = deps;
  const due = db.prepare(
    `SELECT * FROM schedule WHERE next_at <= ? ORDER BY next_at LIMIT ${MOST_AT_ONCE}`,
  );
  const isDue = db.prepare('SELECT 1 FROM schedule WHERE next_at <= ? LIMIT 1');
  const decideAll = prepareDecideAll(deps);
  return {
    async decideDue() {
      // Nothing to decide is no work for the disk.
      if (isDue.get(clock.now()) === undefined) return { fired: [], hasMore: false };
      const early = decidesInside ? undefined : due.all(clock.now());
      if (!decidesInside) await clock.sleep(PLANTED_WAIT_MS);
      return await writer.write(() => {
        const now = clock.now();
        const hasMore = decideAll(early ?? due.all(now), now);
        return { hasMore, fired: waiting.fireWaiting(now) };
      });
    },
    correct: prepareCorrect(deps),
  };
}

/** Decides rows; true when there is more to decide. One that cannot be decided keeps no other one waiting. */
function prepareDecideAll(deps: ClockworkDeps) {
  const { db, log } = deps;
  const decide = prepareDecideSchedule(deps);
  // A savepoint of its own: what fails leaves nothing behind.
  const decideOne = db.transaction((row: unknown, now: number) => decide(toSchedule(row), now));
  const failed = new Set<unknown>();
  const decideRow = (row: unknown, now: number): 'more' | 'done' | 'failed' => {
    try {
      return decideOne(row, now) ? 'more' : 'done';
    } catch (err) {
      const { id } = { id: undefined, ...Object(row) };
      if (!failed.has(id)) log.error({ err, scheduleId: id }, 'schedule cannot be decided');
      failed.add(id);
      return 'failed';
    }
  };
  return (rows: readonly unknown[], now: number): boolean => {
    const outcomes = new Set(rows.map((row) => decideRow(row, now)));
    return outcomes.has('more') || (rows.length === MOST_AT_ONCE && outcomes.has('done'));
  };
}

function prepareCorrect({ db, writer, clock, reader, log }: ClockworkDeps): Clockwork['correct'] {
  const far = db.prepare('SELECT * FROM schedule WHERE next_at > ?');
  const set = db.prepare('UPDATE schedule SET next_at = @next WHERE id = @id AND next_at > @next');
  const findWrong = (now: number) =>
    far
      .all(now + DAY_MS)
      .map(toSchedule)
      .flatMap((schedule) => {
        const next = createNextTime(reader, schedule)(now);
        const isWrong = next !== undefined && next < (schedule.nextAt ?? 0) - DAY_MS;
        return isWrong ? [{ id: schedule.id, next }] : [];
      });
  return async () => {
    if (findWrong(clock.now()).length === 0) return 0;
    return await writer.write(() => {
      const wrong = findWrong(clock.now());
      for (const each of wrong) set.run(each);
      log.warn({ schedules: wrong.length }, 'the clock was far ahead once: schedules brought back');
      return wrong.length;
    });
  };
}
