import { Cron } from 'croner';
import type { CronReader, NextTime } from './timing.ts';

const ZONE = /^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/;
/** Five fields, or six with seconds; a name such as `@daily` stands for five. */
const EXPRESSION = /^(@[a-z]+|[\w*,/#?-]+( [\w*,/#?-]+){4,5})$/i;

/** True for a name of the time zone database that this system knows. */
function isTimeZone(name: string): boolean {
  if (!ZONE.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * Gives the first instant of a cron expression behind `after`, in epoch ms; undefined when there is none. An hour that a
 * clock skips in spring is made up for at its end; of one that it shows twice in autumn, a fixed time counts the first
 * time, `*` both times. Throws for what is no expression.
 */
function createCronTimes(
  expression: string,
  timeZone: string,
): (after: number) => number | undefined {
  const text = expression.trim().replaceAll(/\s+/g, ' ');
  if (!EXPRESSION.test(text)) throw new RangeError('not a cron expression of 5 or 6 fields');
  const cron = new Cron(text, { timezone: timeZone, paused: true });
  return (after) => cron.nextRun(new Date(after))?.getTime();
}

/** Expressions that are kept read: building one takes longer than asking it. */
const KEPT = 500;

export function createCronReader(): CronReader {
  const kept = new Map<string, NextTime>();
  return {
    isTimeZone,
    createCronTimes(expression, timeZone) {
      const key = `${timeZone} ${expression}`;
      const known = kept.get(key);
      if (known !== undefined) return known;
      if (kept.size >= KEPT) kept.clear();
      const made = createCronTimes(expression, timeZone);
      kept.set(key, made);
      return made;
    },
  };
}
