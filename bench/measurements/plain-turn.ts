import { playRounds } from '../figures/play-rounds.ts';
import { atMost, compare } from '../figures/row.ts';
import { playTurns, requireWhole, type Talk } from '../load/play-turns.ts';
import { Words } from '../load/words.ts';
import type { Measurement } from './measurement.ts';
import { openPair } from './open-pair.ts';
import { toRoundsOptions } from './rounds-options.ts';

const USERS = 300;
const DELTAS = 50;
const COUNT = 60;

export const plainTurn: Measurement<'total'> = {
  name: 'plain-turn',
  about: 'a whole turn whose 50 deltas come at once, against a bare proxy',
  rows: { total: { name: 'plain turn, total', unit: 'ms', goal: atMost(4, '×') } },
  async run(bench) {
    await using pair = await openPair(bench, USERS);
    const rounds = await playRounds(
      { ours: () => timePlainTurns(pair.ours), other: () => timePlainTurns(pair.other) },
      toRoundsOptions(bench, plainTurn),
    );
    return { total: compare(rounds) };
  },
};

/** Milliseconds from the request to the end of the answer, one turn after the other. */
export async function timePlainTurns(talk: Talk): Promise<readonly number[]> {
  const load = { words: Words.say(DELTAS, 0), count: COUNT, atOnce: 1 };
  return requireWhole(await playTurns(talk, load), DELTAS).map(({ totalMs }) => totalMs);
}
