import { playRounds } from '../figures/play-rounds.ts';
import { atLeast, atMost, compare } from '../figures/row.ts';
import type { OpenProgram } from '../processes/open-program.ts';
import { openBareQueue, openBullMq, openProductQueue } from '../processes/open-queues.ts';
import type { TimingOrder } from '../programs/timing-messages.ts';
import type { Measurement } from './measurement.ts';
import { toRoundsOptions } from './rounds-options.ts';

type Timing = Omit<TimingOrder, 'type'>;

const NO_OP = { code: '391', value: 391, pauseMs: 0 };
const ONE_BY_ONE: Timing = { ...NO_OP, count: 200 };
/** Jobs that are under way at a time, and places that workers have for them. */
const IN_FLIGHT = 32;
const MANY: Timing = { ...NO_OP, count: 2_000, atOnce: IN_FLIGHT };
/** V8 goes on optimising for a while. */
const WARM_UP: Timing = { ...NO_OP, count: 1_000, atOnce: 4 };

export const jobRoundTrip: Measurement<'trip'> = {
  name: 'job-round-trip',
  about: 'a job that does nothing, from dispatch to committed result, against bare NATS',
  rows: { trip: { name: 'job, no-op / bare NATS', unit: 'ms', goal: atMost(1.6, '×') } },
  async run(bench) {
    await using ours = await openProductQueue(bench, 1);
    await using bare = await openBareQueue(bench);
    await ours.time(WARM_UP);
    // Its program has one job at a time.
    await bare.time({ ...WARM_UP, atOnce: 1 });
    const rounds = await playRounds(
      { ours: () => ours.time(ONE_BY_ONE), other: () => bare.time(ONE_BY_ONE) },
      toRoundsOptions(bench, jobRoundTrip),
    );
    return { trip: compare(rounds) };
  },
};

/** Only where a Redis is at hand: with BENCH_RIVALS=1. */
export const jobRivals: Measurement<'trip' | 'rate'> = {
  name: 'job-rivals',
  about: 'the same against BullMQ on Redis, appendfsync always (only with BENCH_RIVALS=1)',
  rows: {
    trip: { name: 'job, no-op / BullMQ', unit: 'ms', goal: atMost(0.75, '×') },
    rate: {
      name: `jobs, ${IN_FLIGHT} in flight / BullMQ`,
      unit: 'jobs/s',
      goal: atLeast(1, '×'),
    },
  },
  async run(bench) {
    await using ours = await openProductQueue(bench, IN_FLIGHT);
    await using rival = await openBullMq(bench, IN_FLIGHT);
    for (const queue of [ours, rival]) await queue.time(WARM_UP);
    const play = (measure: (queue: OpenProgram) => Promise<readonly number[]>) =>
      playRounds(
        { ours: () => measure(ours), other: () => measure(rival) },
        toRoundsOptions(bench, jobRivals),
      );
    return {
      trip: compare(await play((queue) => queue.time(ONE_BY_ONE))),
      rate: compare(await play(async (queue) => [await queue.rate(MANY)])),
    };
  },
};
