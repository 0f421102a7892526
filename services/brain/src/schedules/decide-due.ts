import type { OnMissed } from '@bakerst/contracts/schedules';
import type { NextTime } from './timing.ts';

/** Instants that are decided at a time; of more that were missed one row says how many. Each takes up to 0.2 ms. */
const MOST_AT_ONCE = 100;
/** What lies further back is not counted one by one: nobody makes up for it, and it takes its time. */
const COUNTED_MS = 7 * 86_400_000;
/** A tick, a restart or a slow disk is no outage. */
const ON_TIME_MS = 5_000;

export interface DueInput {
  readonly next: NextTime;
  /** The first instant that is not decided. */
  readonly from: number;
  readonly now: number;
  readonly onMissed: OnMissed;
  readonly graceMs: number;
  /** Instants up to this one are not made up for. */
  readonly skipUntil: number;
}

/** What becomes of an instant, or of many that were missed together. */
export interface Decision {
  readonly at: number;
  readonly fires: boolean;
  /** It is made up for: it was due while nothing ran. */
  readonly isLate: boolean;
  readonly count: number;
  readonly lastAt: number;
  /** There were more than `count`. */
  readonly isAtLeast: boolean;
}

export interface Decided {
  readonly decisions: readonly Decision[];
  /** The first instant that is not decided now; it may be due already. */
  readonly nextAt: number | undefined;
}

/**
 * Decides what was due until now. On time is the latest instant when it is at most 5 s old, and fires; all others were
 * missed: `skip` leaves them out, `once` fires the latest of all, `all` fires each, as far as they are within the grace.
 */
export function decideDue(input: DueInput): Decided {
  const { next, from, now } = input;
  const due: number[] = [];
  let time: number | undefined = from;
  while (time !== undefined && time <= now && due.length < MOST_AT_ONCE) {
    due.push(time);
    time = next(time);
  }
  if (time !== undefined && time <= now) return decideMany(input, due, time);
  return { decisions: due.map((at, i) => decide(input, at, i === due.length - 1)), nextAt: time };
}

/** More are due than are decided at a time: all of these were missed. `time` is the first of the others. */
function decideMany(input: DueInput, due: readonly number[], time: number): Decided {
  const { next, now } = input;
  const madeUpFor = input.onMissed === 'all' ? due.findIndex((at) => mayStill(input, at)) : -1;
  if (madeUpFor === 0)
    return { decisions: due.map((at) => decide(input, at, false)), nextAt: time };
  if (madeUpFor > 0) return decideMany(input, due.slice(0, madeUpFor), due[madeUpFor] ?? time);
  const [at = 0] = due;
  const missed = { at, fires: false, isLate: true, count: due.length };
  const counted = now - Math.max(COUNTED_MS, input.onMissed === 'all' ? input.graceMs : 0) - 1;
  if (time >= counted)
    return { decisions: [{ ...missed, lastAt: due.at(-1) ?? at, isAtLeast: false }], nextAt: time };
  return { decisions: [{ ...missed, lastAt: counted, isAtLeast: true }], nextAt: next(counted) };
}

function decide(input: DueInput, at: number, isLast: boolean): Decision {
  const { now, onMissed, skipUntil } = input;
  const isLate = !isLast || now - at > ON_TIME_MS;
  const isWanted = onMissed === 'all' || (onMissed === 'once' && isLast);
  const isMadeUpFor = isWanted && mayStill(input, at);
  const fires = at > skipUntil && (isLate ? isMadeUpFor : true);
  return { at, fires, isLate, count: 1, lastAt: at, isAtLeast: false };
}

/** True for what may be made up for: neither too old nor from before a restore. */
function mayStill({ now, graceMs, skipUntil }: DueInput, at: number): boolean {
  return at > skipUntil && now - at <= graceMs;
}
