import { pick, playRounds, type Round } from '../figures/play-rounds.ts';
import { atMost, compare } from '../figures/row.ts';
import type { Answer } from '../load/answer-reader.ts';
import { playTurns, requireWhole, type Talk } from '../load/play-turns.ts';
import { Words } from '../load/words.ts';
import type { Measurement } from './measurement.ts';
import { openPair } from './open-pair.ts';
import { toRoundsOptions } from './rounds-options.ts';

const USERS = 500;
/** Enough for the first one to come alone, few enough for many turns. */
const DELTAS = 3;
const DELTA_MS = 20;
const ALONE = 30;
const CROWD = 50;
const BURSTS = 4;

interface FirstTexts {
  readonly alone: readonly number[];
  readonly crowd: readonly number[];
}

export const firstText: Measurement<'alone' | 'crowdP50' | 'crowdP95'> = {
  name: 'first-text',
  about: 'first delta of an answer, one at a time and 50 at once, against a bare proxy',
  rows: {
    alone: { name: 'first text', unit: 'ms', goal: atMost(2.5, '×') },
    crowdP50: {
      name: 'first text, 50 at once, p50',
      unit: 'ms',
      goal: atMost(2, '×'),
    },
    crowdP95: {
      name: 'first text, 50 at once, p95',
      unit: 'ms',
      goal: atMost(3, '×'),
    },
  },
  async run(bench) {
    await using pair = await openPair(bench, USERS);
    const rounds = await playRounds<FirstTexts>(
      { ours: () => readFirstTexts(pair.ours), other: () => readFirstTexts(pair.other) },
      toRoundsOptions(bench, firstText),
    );
    const crowd: readonly Round<readonly number[]>[] = pick(rounds, (texts) => texts.crowd);
    return {
      alone: compare(pick(rounds, ({ alone }) => alone)),
      crowdP50: compare(crowd),
      crowdP95: compare(crowd, 0.95),
    };
  },
};

async function readFirstTexts(talk: Talk): Promise<FirstTexts> {
  const words = Words.say(DELTAS, DELTA_MS);
  const alone = await playTurns(talk, { words, count: ALONE, atOnce: 1 });
  const crowd = await playTurns(talk, { words, count: CROWD * BURSTS, atOnce: CROWD });
  return { alone: toFirstMs(alone), crowd: toFirstMs(crowd) };
}

function toFirstMs(answers: readonly Answer[]): readonly number[] {
  return requireWhole(answers, DELTAS).map(({ firstMs }) => firstMs ?? Number.NaN);
}
