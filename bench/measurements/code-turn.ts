import { playRounds } from '../figures/play-rounds.ts';
import { atMost, compare } from '../figures/row.ts';
import { playTurns, requireWhole, type Talk } from '../load/play-turns.ts';
import { openProductTalk } from '../load/talk.ts';
import { Words } from '../load/words.ts';
import { openModel } from '../processes/open-model.ts';
import { openProduct } from '../processes/open-product.ts';
import { openBareParts } from './bare-parts.ts';
import type { Measurement } from './measurement.ts';
import { toRoundsOptions } from './rounds-options.ts';

/** One person in a conversation: whoever comes anew may have to wait for a sandbox process of their own. */
export const CODE_USERS = 1;
const COUNT = 40;
/** A line break between the two replies, and the word of the second one. */
const DELTAS = 2;

export const codeTurn: Measurement<'total'> = {
  name: 'code-turn',
  about: 'a turn with one code job against the bare parts that it is made of',
  rows: {
    total: {
      name: 'turn with one code job / its bare parts',
      unit: 'ms',
      goal: atMost(3, '×'),
    },
  },
  async run(bench) {
    await using open = new AsyncDisposableStack();
    const model = open.use(await openModel(bench));
    const product = open.use(await openProduct(bench, { modelUrl: model.url }));
    const talk = open.use(await openProductTalk(product, CODE_USERS));
    const parts = open.use(await openBareParts(bench, model.url));
    const rounds = await playRounds(
      { ours: () => timeCodeTurns(talk), other: () => parts.time(COUNT) },
      toRoundsOptions(bench, codeTurn),
    );
    return { total: compare(rounds) };
  },
};

/** Milliseconds from the request to the end of the answer, one turn after the other. */
export async function timeCodeTurns(talk: Talk): Promise<readonly number[]> {
  const load = { words: Words.runCode, count: COUNT, atOnce: 1 };
  return requireWhole(await playTurns(talk, load), DELTAS).map(({ totalMs }) => totalMs);
}
