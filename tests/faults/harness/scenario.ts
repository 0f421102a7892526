import type { FaultClient } from './client.ts';
import type { History } from './history.ts';
import type { Random } from './random.ts';
import type { Stage, StagePlan } from './stage.ts';

/** How much is played: a look (in `npm test`), what a promise needs by itself, what the specification asks. */
export type Level = 'smoke' | 'normal' | 'full';

export interface OpenStage extends AsyncDisposable {
  readonly stage: Stage;
  readonly client: FaultClient;
}

export interface Play {
  readonly level: Level;
  readonly random: Random;
  readonly history: History;
  /** Of the run's own, taken away afterwards. */
  readonly dir: string;
  say(line: string): void;
  /** The system under test; it ends with the run at the latest. */
  open(plan: StagePlan): Promise<OpenStage>;
  /** One of three counts, by the level. */
  count(counts: Readonly<Record<Level, number>>): number;
}

export interface Verdict {
  /** What was done, and what came of it. */
  readonly counts: Readonly<Record<string, number>>;
  /** Sentences that say how the promise was broken; none means that it held. */
  readonly problems: readonly string[];
  /** Why this run says nothing: its fault never hit. */
  readonly isVoid?: string | undefined;
}

/** A promise of docs/reliability.md, and how it is put to the test. */
export interface Scenario {
  readonly name: string;
  readonly promise: string;
  /** Why it cannot be played here, if so. */
  readonly missing?: () => string | undefined;
  /** Faults of the product that must turn it red. */
  readonly mutants: readonly string[];
  play(play: Play): Promise<Verdict>;
}

/** What the checkers found, each as a sentence with at most a few examples. */
export function toProblems(
  findings: Readonly<Record<string, readonly unknown[]>>,
): readonly string[] {
  return Object.entries(findings)
    .filter(([, found]) => found.length > 0)
    .map(([what, found]) => `${found.length} × ${what}: ${JSON.stringify(found.slice(0, 3))}`);
}
