import type { Round } from './play-rounds.ts';
import { median, quantile, type Spread, toSpread } from './quantile.ts';

export type Unit = 'tokens' | 'ms' | 'KB' | 'MB' | 'deltas/s' | 'jobs/s' | 'errors';

/** What a figure is meant to be: the ratio (×) where there is another side, else the figure itself. */
export interface Goal {
  readonly is: 'at most' | 'at least';
  readonly value: number;
  readonly unit: Unit | '×';
}

export function atMost(value: number, unit: Goal['unit']): Goal {
  return { is: 'at most', value, unit };
}

export function atLeast(value: number, unit: Goal['unit']): Goal {
  return { is: 'at least', value, unit };
}

interface Compared {
  readonly kind: 'compared';
  readonly ours: Spread;
  readonly other: Spread;
  /** Of each round; ours divided by the other's, or how many times faster ours is. */
  readonly ratios: readonly number[];
}

interface Single {
  readonly kind: 'single';
  readonly ours: Spread;
  /** What the goal is about. */
  readonly value: number;
}

interface Missing {
  readonly kind: 'missing';
  readonly why: string;
}

export type Finding = Compared | Single | Missing;

/** One line of the table. */
export interface Row {
  readonly name: string;
  readonly unit: Unit;
  readonly goal: Goal;
  readonly finding: Finding;
}

/** Compares the medians of each round, or whichever quantile is named. */
export function compare(rounds: readonly Round<readonly number[]>[], q = 0.5): Compared {
  return {
    kind: 'compared',
    ours: toSpread(rounds.flatMap(({ ours }) => ours)),
    other: toSpread(rounds.flatMap(({ other }) => other)),
    ratios: rounds.map(({ ours, other }) => quantile(ours, q) / quantile(other, q)),
  };
}

/** How many times as long as ours the other's median is. */
export function compareSpeed(rounds: readonly Round<readonly number[]>[]): Compared {
  const compared = compare(rounds);
  return { ...compared, ratios: compared.ratios.map((ratio) => 1 / ratio) };
}

export function single(values: readonly number[], value = median(values)): Single {
  return { kind: 'single', ours: toSpread(values), value };
}

export type Verdict = 'ok' | 'missed' | 'not measured';

export function judge({ goal, finding }: Row): Verdict {
  if (finding.kind === 'missing') return 'not measured';
  const value = finding.kind === 'compared' ? median(finding.ratios) : finding.value;
  const isReached = goal.is === 'at most' ? value <= goal.value : value >= goal.value;
  return isReached ? 'ok' : 'missed';
}
