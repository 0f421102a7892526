import type { Clock, Logger } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import type { Writer } from '../storage/group-commit.ts';
import type { Clockwork, Schedule } from './ports.ts';
import { toSchedule } from './sqlite-schedule-rows.ts';
import { type CronReader, createNextTime } from './timing.ts';

interface CorrectDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly reader: CronReader;
}

const DAY_MS = 86_400_000;

interface Correction {
  readonly id: Schedule['id'];
  readonly next: number;
  readonly anchorAt: number;
}

/**
 * What a clock that was far ahead has decided is taken back as far as nothing was set off by it: an instant to come that
 * has its row as missed or left out comes again, one that has fired stays the one time it fires.
 */
export function prepareCorrect({
  db,
  writer,
  clock,
  reader,
  log,
}: CorrectDeps): Clockwork['correct'] {
  const sql = prepareStatements(db);
  const findWrong = (now: number): readonly Correction[] => [
    ...sql.far.all(now + DAY_MS).flatMap((row) => toCorrection({ reader, row, now })),
    ...sql.passed.all(now).flatMap((row) => toOnce(row)),
  ];
  return async () => {
    if (findWrong(clock.now()).length === 0) return 0;
    return await writer.write(() => {
      const now = clock.now();
      const wrong = findWrong(now);
      for (const each of wrong) {
        sql.forget.run({ id: each.id, now });
        sql.shorten.run({ id: each.id, now });
        sql.set.run(each);
      }
      log.warn({ schedules: wrong.length }, 'the clock was far ahead once: schedules brought back');
      return wrong.length;
    });
  };
}

function toCorrection(given: {
  readonly reader: CronReader;
  readonly row: unknown;
  readonly now: number;
}): readonly Correction[] {
  const { reader, row, now } = given;
  try {
    const schedule = toSchedule(row);
    // An interval that is counted from a time to come would not begin before.
    const anchorAt = Math.min(schedule.anchorAt, now);
    const next = createNextTime(reader, { ...schedule, anchorAt })(now);
    const isWrong = next !== undefined && next < (schedule.nextAt ?? 0) - DAY_MS;
    return isWrong ? [{ id: schedule.id, next, anchorAt }] : [];
  } catch {
    // Whoever decides it says that it cannot be read; the others are brought back all the same.
    return [];
  }
}

function toOnce(row: unknown): readonly Correction[] {
  try {
    const { id, timing, anchorAt } = toSchedule(row);
    return timing.kind === 'at' ? [{ id, next: timing.at, anchorAt }] : [];
  } catch {
    return [];
  }
}

function prepareStatements(db: Database) {
  const never = `status IN ('missed', 'overlapped')`;
  return {
    far: db.prepare('SELECT * FROM schedule WHERE next_at > ?'),
    passed: db.prepare(
      `SELECT * FROM schedule WHERE at > ? AND next_at IS NULL AND paused_at IS NULL
         AND deleted_at IS NULL AND EXISTS (SELECT 1 FROM firing WHERE schedule_id = schedule.id
           AND scheduled_at = schedule.at AND ${never})`,
    ),
    forget: db.prepare(
      `DELETE FROM firing WHERE schedule_id = @id AND scheduled_at > @now AND ${never}`,
    ),
    /** Of many that were missed together those to come were not. */
    shorten: db.prepare(
      `UPDATE firing SET last_at = @now WHERE schedule_id = @id AND last_at > @now AND ${never}`,
    ),
    set: db.prepare('UPDATE schedule SET next_at = @next, anchor_at = @anchorAt WHERE id = @id'),
  };
}
