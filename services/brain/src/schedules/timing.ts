import { AppError } from '@bakerst/kit';

/** When a schedule fires. */
export type Timing =
  | { readonly kind: 'cron'; readonly cron: string }
  | { readonly kind: 'every'; readonly everyMs: number }
  | { readonly kind: 'at'; readonly at: number };

/** The first instant behind a time, in epoch ms. */
export type NextTime = (after: number) => number | undefined;

/** How cron expressions are read; the rules know no library. */
export interface CronReader {
  readonly isTimeZone: (name: string) => boolean;
  /** Throws for what is no expression. */
  readonly createCronTimes: (expression: string, timeZone: string) => NextTime;
}

export interface ZonedTiming {
  readonly timing: Timing;
  readonly timeZone: string;
  /** From where intervals are counted. */
  readonly anchorAt: number;
}

export function createNextTime(reader: CronReader, zoned: ZonedTiming): NextTime {
  const { timing, timeZone, anchorAt } = zoned;
  switch (timing.kind) {
    case 'cron':
      return reader.createCronTimes(timing.cron, timeZone);
    case 'every': {
      const { everyMs } = timing;
      return (after) =>
        anchorAt + Math.max(1, Math.floor((after - anchorAt) / everyMs) + 1) * everyMs;
    }
    case 'at':
      return (after) => (timing.at > after ? timing.at : undefined);
    default:
      return timing satisfies never;
  }
}

interface Given {
  readonly cron?: string | undefined;
  readonly every_ms?: number | undefined;
  readonly at?: string | undefined;
}

/** The timing that a request names; undefined for none. Throws AppError VALIDATION_ERROR for more than one. */
export function readTiming({ cron, every_ms: everyMs, at }: Given): Timing | undefined {
  const given: readonly Timing[] = [
    ...(cron === undefined ? [] : [{ kind: 'cron', cron } as const]),
    ...(everyMs === undefined ? [] : [{ kind: 'every', everyMs } as const]),
    ...(at === undefined ? [] : [{ kind: 'at', at: Date.parse(at) } as const]),
  ];
  if (given.length > 1)
    throw new AppError('VALIDATION_ERROR', 'only one of cron, every_ms and at may be given', {
      reason: 'INVALID_TIMING',
    });
  return given[0];
}

/** Instants whose distances are looked at: seconds of a cron expression show within its first ones. */
const LOOKED_AT = 70;

interface TimingRules {
  readonly reader: CronReader;
  /** Shortest time between two instants. */
  readonly minMs: number;
  readonly now: number;
}

/**
 * Throws AppError VALIDATION_ERROR for a timing that never fires again, fires too often, or is in no known zone, with
 * the reason INVALID_CRON, INVALID_TIME_ZONE, INTERVAL_TOO_SHORT or TIME_IN_PAST.
 */
export function checkTiming({ reader, minMs, now }: TimingRules, zoned: ZonedTiming): void {
  const { timing, timeZone } = zoned;
  if (!reader.isTimeZone(timeZone))
    throw wrong(
      timing.kind === 'cron' ? 'INVALID_CRON' : 'INVALID_TIME_ZONE',
      'time_zone must be a name such as Europe/Berlin',
    );
  if (timing.kind === 'every' && timing.everyMs < minMs)
    throw tooOften('INTERVAL_TOO_SHORT', minMs);
  if (timing.kind === 'at' && timing.at <= now) throw wrong('TIME_IN_PAST', 'at is in the past');
  if (timing.kind === 'cron') checkDistances({ reader, minMs, now }, zoned);
}

function checkDistances({ reader, minMs, now }: TimingRules, zoned: ZonedTiming): void {
  let last = firstOf(reader, zoned, now);
  const next = createNextTime(reader, zoned);
  let gaps = 0;
  for (let i = 0; i < LOOKED_AT; i++) {
    const time = next(last);
    if (time === undefined) return;
    if (time - last < minMs) throw tooOften('INVALID_CRON', minMs);
    // Fields before the hour repeat within it; the first gap may be what is left of one.
    if (time - last >= 3_600_000) gaps += 1;
    if (gaps > 1) return;
    last = time;
  }
}

function firstOf(reader: CronReader, zoned: ZonedTiming, now: number): number {
  try {
    const first = createNextTime(reader, zoned)(now);
    if (first !== undefined) return first;
  } catch (cause) {
    throw wrong('INVALID_CRON', 'cron must be an expression such as "30 7 * * 1-5"', cause);
  }
  throw wrong('INVALID_CRON', 'cron names a time that never comes');
}

function wrong(reason: string, message: string, cause?: unknown): AppError {
  return new AppError('VALIDATION_ERROR', message, { reason, cause });
}

function tooOften(reason: string, minMs: number): AppError {
  return wrong(reason, `a schedule may fire once in ${minMs / 1_000} s, not more often`);
}
