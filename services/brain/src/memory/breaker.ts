import { AppError } from '@bakerst/kit';

/** Runs work unless what it is about has failed again and again of late: then it throws AppError UNAVAILABLE at once. */
export type Breaker = <T>(work: () => Promise<T>) => Promise<T>;

/** It does not take this text, and would take others. */
const TEXT_REFUSED = 'TEXT_REFUSED';
/** It takes nothing as it is asked: a matter of its key, its address or what it is told to use. */
const REFUSED = 'REFUSED';
/** Statuses that say something of what was sent, and nothing of who sends it. */
const OF_THE_TEXT: ReadonlySet<number> = new Set([400, 413, 422]);
/** 4xx that say: later. */
const LATER: ReadonlySet<number> = new Set([408, 425, 429]);

/** What a status of a failed request is in an AppError; undefined for one that is no refusal. */
export function toRefusal(status: number): string | undefined {
  if (OF_THE_TEXT.has(status)) return TEXT_REFUSED;
  return status >= 400 && status < 500 && !LATER.has(status) ? REFUSED : undefined;
}

/** True for an answer that is no failure of whoever gave it. */
export function isRefusal(err: unknown): boolean {
  return err instanceof AppError && (err.reason === TEXT_REFUSED || err.reason === REFUSED);
}

export function isTextRefused(err: unknown): boolean {
  return err instanceof AppError && err.reason === TEXT_REFUSED;
}
