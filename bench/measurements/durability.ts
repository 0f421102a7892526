import { pick, playRounds } from '../figures/play-rounds.ts';
import { atMost, compare } from '../figures/row.ts';
import type { Talk } from '../load/play-turns.ts';
import { openProductTalk } from '../load/talk.ts';
import { openModel } from '../processes/open-model.ts';
import { openProduct, type ProductOptions } from '../processes/open-product.ts';
import { CODE_USERS, timeCodeTurns } from './code-turn.ts';
import type { Bench, Measurement } from './measurement.ts';
import { timePlainTurns } from './plain-turn.ts';
import { toRoundsOptions } from './rounds-options.ts';

const USERS = 200;
const GOAL = atMost(1.6, '×');

export const durability: Measurement<'plain' | 'code'> = {
  name: 'durability',
  about: 'turns that survive a power cut against turns that may not',
  rows: {
    plain: { name: 'plain turn, FULL and always / NORMAL and default', unit: 'ms', goal: GOAL },
    code: { name: 'turn with one code job, the same', unit: 'ms', goal: GOAL },
  },
  async run(bench) {
    await using open = new AsyncDisposableStack();
    const { url: modelUrl } = open.use(await openModel(bench));
    const full = await openTalks(bench, open, { modelUrl });
    const relaxed = await openTalks(bench, open, { modelUrl, durability: 'relaxed' });
    const rounds = await playRounds(
      { ours: () => timeTurns(full), other: () => timeTurns(relaxed) },
      toRoundsOptions(bench, durability),
    );
    return {
      plain: compare(pick(rounds, ({ plain }) => plain)),
      code: compare(pick(rounds, ({ code }) => code)),
    };
  },
};

interface Talks {
  readonly plain: Talk;
  readonly code: Talk;
}

async function openTalks(
  bench: Bench,
  open: AsyncDisposableStack,
  options: ProductOptions,
): Promise<Talks> {
  const product = open.use(await openProduct(bench, options));
  return {
    plain: open.use(await openProductTalk(product, USERS)),
    code: open.use(await openProductTalk(product, CODE_USERS)),
  };
}

async function timeTurns({ plain, code }: Talks) {
  return { plain: await timePlainTurns(plain), code: await timeCodeTurns(code) };
}
