import { playRounds } from '../figures/play-rounds.ts';
import { atMost, compare } from '../figures/row.ts';
import { playTurns, requireWhole, type Talk } from '../load/play-turns.ts';
import { openProductTalk } from '../load/talk.ts';
import { Words } from '../load/words.ts';
import { openModel } from '../processes/open-model.ts';
import { openProduct, type ProductOptions } from '../processes/open-product.ts';
import { readCpuMs } from '../processes/process-tree.ts';
import type { Bench, Measurement } from './measurement.ts';
import { toRoundsOptions } from './rounds-options.ts';

const USERS = 100;
const TURNS = 400;
const DELTAS = 50;

export const metricsCost: Measurement<'cpu'> = {
  name: 'metrics-cost',
  about: `what counting costs: CPU of the brain in ${TURNS} turns with metrics and without`,
  rows: {
    cpu: {
      name: 'CPU of the brain a turn, with metrics / without',
      unit: 'ms',
      goal: atMost(1.15, '×'),
    },
  },
  async run(bench) {
    await using open = new AsyncDisposableStack();
    const { url: modelUrl } = open.use(await openModel(bench));
    const counted = await openSide(bench, open, { modelUrl, name: 'counted' });
    const plain = await openSide(bench, open, { modelUrl, name: 'uncounted', isUncounted: true });
    const rounds = await playRounds(
      { ours: () => measureTurns(counted), other: () => measureTurns(plain) },
      toRoundsOptions(bench, metricsCost),
    );
    return { cpu: compare(rounds) };
  },
};

interface Side {
  readonly talk: Talk;
  readonly pid: number;
}

async function openSide(
  bench: Bench,
  open: AsyncDisposableStack,
  options: ProductOptions,
): Promise<Side> {
  const product = open.use(await openProduct(bench, options));
  return { talk: open.use(await openProductTalk(product, USERS)), pid: product.brain.pid };
}

/** Milliseconds of a core for each turn. */
async function measureTurns({ talk, pid }: Side): Promise<readonly number[]> {
  const before = readCpuMs(pid);
  const load = { words: Words.say(DELTAS, 0), count: TURNS, atOnce: 1 };
  requireWhole(await playTurns(talk, load), DELTAS);
  return [(readCpuMs(pid) - before) / TURNS];
}
