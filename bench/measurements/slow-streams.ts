import { pick, playRounds } from '../figures/play-rounds.ts';
import { atLeast, atMost, compare, type Finding, single } from '../figures/row.ts';
import type { Answer } from '../load/answer-reader.ts';
import { describeBroken, listBroken, playTurns, type Talk } from '../load/play-turns.ts';
import { Words } from '../load/words.ts';
import { machineMs } from '../machine-time.ts';
import type { Bench, Measurement } from './measurement.ts';
import { openPair } from './open-pair.ts';
import { toRoundsOptions } from './rounds-options.ts';

const DELTAS = 50;
const DELTA_MS = 20;
const NO_ERROR = atMost(0, 'errors');
const LAG = atMost(1.4, '×');

export const slowStreams200: Measurement<'errors' | 'rate' | 'lag'> = {
  name: 'slow-streams-200',
  about: '200 streams of 50 deltas, 20 ms apart, against a bare proxy',
  rows: {
    errors: { name: '200 slow streams, errors', unit: 'errors', goal: NO_ERROR },
    rate: { name: '200 slow streams', unit: 'deltas/s', goal: atLeast(0.75, '×') },
    lag: { name: '200 slow streams, lag of a delta', unit: 'ms', goal: LAG },
  },
  run: (bench) => measureStreams(bench, slowStreams200, 200),
};

/** More than one Node process can pass on in time: the proxy lags here too. */
export const slowStreams500: Measurement<'errors' | 'lag'> = {
  name: 'slow-streams-500',
  about: '500 of them',
  rows: {
    errors: { name: '500 slow streams, errors', unit: 'errors', goal: NO_ERROR },
    lag: { name: '500 slow streams, lag of a delta', unit: 'ms', goal: LAG },
  },
  run: (bench) => measureStreams(bench, slowStreams500, 500),
};

async function measureStreams(
  bench: Bench,
  measurement: Pick<Measurement, 'name'>,
  streams: number,
): Promise<Readonly<Record<'errors' | 'rate' | 'lag', Finding>>> {
  await using pair = await openPair(bench, streams);
  const rounds = await playRounds(
    { ours: () => playStreams(pair.ours, streams), other: () => playStreams(pair.other, streams) },
    toRoundsOptions(bench, measurement),
  );
  for (const { ours, other } of rounds) {
    sayBroken(bench, 'the brain', ours.broken);
    sayBroken(bench, 'the proxy', other.broken);
  }
  const errors = rounds.map(({ ours }) => ours.broken.length);
  return {
    errors: single(
      errors,
      errors.reduce((sum, count) => sum + count, 0),
    ),
    rate: compare(pick(rounds, ({ rate }) => [rate])),
    lag: compare(pick(rounds, ({ lagsMs }) => lagsMs)),
  };
}

function sayBroken({ say }: Bench, who: string, broken: readonly Answer[]): void {
  const [first] = broken;
  if (first !== undefined)
    say(`${who} left ${broken.length} streams unfinished in a round: ${describeBroken(first)}`);
}

interface StreamFigures {
  readonly broken: readonly Answer[];
  /** Deltas a second, from the first request to the end of the last answer. */
  readonly rate: number;
  readonly lagsMs: readonly number[];
}

async function playStreams(talk: Talk, streams: number): Promise<StreamFigures> {
  const startedAt = machineMs();
  const load = { words: Words.say(DELTAS, DELTA_MS), count: streams, atOnce: streams };
  const answers = await playTurns(talk, load);
  const seconds = (machineMs() - startedAt) / 1_000;
  const deltas = answers.reduce((sum, answer) => sum + answer.deltas, 0);
  return {
    broken: listBroken(answers, DELTAS),
    rate: deltas / seconds,
    lagsMs: answers.flatMap(({ lagsMs }) => lagsMs),
  };
}
