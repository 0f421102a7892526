import type { Answered } from '../harness/history.ts';

/** The value that 99 of 100 do not exceed; 0 for none. */
export function p99(values: readonly number[]): number {
  return percentile(values, 0.99);
}

/** The value that 95 of 100 do not exceed; 0 for none. */
export function p95(values: readonly number[]): number {
  return percentile(values, 0.95);
}

function percentile(values: readonly number[], part: number): number {
  return values.toSorted((one, other) => one - other)[Math.ceil(values.length * part) - 1] ?? 0;
}

/** From sending a request to having its answer, in ms: the time of the client, its own event loop included. */
export function latencies(answers: readonly Answered[]): readonly number[] {
  return answers.map(({ at, askedAt }) => at - askedAt);
}
