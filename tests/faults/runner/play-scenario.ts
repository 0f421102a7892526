import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createFaultClient } from '../harness/client.ts';
import { openHistory } from '../harness/history.ts';
import { createRandom } from '../harness/random.ts';
import type { Level, OpenStage, Scenario, Verdict } from '../harness/scenario.ts';
import { openStage, type StagePlan } from '../harness/stage.ts';

export interface PlayOptions {
  readonly seed: number;
  readonly level: Level;
  /** A fault planted in the product, to see whether it is noticed. */
  readonly mutant?: string;
  readonly natsServer: string;
  /** Histories are kept here; what the system stored is kept when a promise was broken. */
  readonly dir: string;
  readonly say: (line: string) => void;
}

/** `held` and `broken` are about the promise; `void` and `skipped` say nothing about it. */
type Outcome = 'held' | 'broken' | 'void' | 'skipped';

export interface Played {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly outcome: Outcome;
  readonly counts: Verdict['counts'];
  /** What is wrong, or why it was skipped or says nothing. */
  readonly reasons: readonly string[];
  readonly seconds: number;
  readonly historyFile: string;
}

/** Plays one scenario with one seed. Rejects only when the scenario itself is broken. */
export async function playScenario(scenario: Scenario, options: PlayOptions): Promise<Played> {
  const { seed, dir, mutant } = options;
  const missing = scenario.missing?.();
  const name = [scenario.name, mutant, seed].filter((part) => part !== undefined).join('-');
  const historyFile = join(dir, `${name}.jsonl`);
  const about = { scenario, seed, historyFile };
  if (missing !== undefined)
    return { ...about, outcome: 'skipped', counts: {}, reasons: [missing], seconds: 0 };
  mkdirSync(dir, { recursive: true });
  const startedAt = performance.now();
  const placeDir = mkdtempSync(join(dir, `${name}-`));
  const verdict = await playIn(scenario, options, { placeDir, historyFile });
  const seconds = (performance.now() - startedAt) / 1_000;
  const outcome = toOutcome(verdict);
  if (outcome !== 'broken') rmSync(placeDir, { recursive: true, force: true });
  const reasons = [...verdict.problems, ...(verdict.isVoid === undefined ? [] : [verdict.isVoid])];
  return { ...about, outcome, counts: verdict.counts, reasons, seconds };
}

/** A promise that was seen broken is broken, whether or not the faults hit. */
function toOutcome({ problems, isVoid }: Verdict): Outcome {
  if (problems.length > 0) return 'broken';
  return isVoid === undefined ? 'held' : 'void';
}

interface Place {
  readonly placeDir: string;
  readonly historyFile: string;
}

async function playIn(
  scenario: Scenario,
  { seed, level, mutant, natsServer, say }: PlayOptions,
  { placeDir, historyFile }: Place,
): Promise<Verdict> {
  using history = openHistory(historyFile);
  await using ends = new AsyncDisposableStack();
  const open = async (plan: StagePlan): Promise<OpenStage> => {
    const stage = await openStage({ natsServer, dir: placeDir, history, mutant }, plan);
    // Its end may be asked for twice, by the scenario and here; the second time nothing is left of it.
    ends.use(stage);
    const client = createFaultClient(stage, history);
    return { stage, client, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
  };
  history.add({ type: 'note', at: Date.now(), note: 'seed', value: { seed, level, mutant } });
  return await scenario.play({
    level,
    random: createRandom(seed),
    history,
    dir: placeDir,
    say,
    open,
    count: (counts) => counts[level],
  });
}
