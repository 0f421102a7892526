import { playRounds } from '../figures/play-rounds.ts';
import { atLeast, atMost, compare, compareSpeed } from '../figures/row.ts';
import { TRIVIAL_CODE } from '../load/words.ts';
import { type OpenProgram, openProgram } from '../processes/open-program.ts';
import type { TimingOrder } from '../programs/timing-messages.ts';
import type { Bench, Measurement } from './measurement.ts';
import { toRoundsOptions } from './rounds-options.ts';

type Timing = Omit<TimingOrder, 'type'>;
type SandboxName = 'product-sandbox' | 'bare-isolate' | 'bare-child' | 'quickjs';

const WARM_UP = 300;

/** The rest gives the product's child the time to prepare its next isolate, as it has in use: 3 to 6 ms. */
export const TRIVIAL: Timing = { code: TRIVIAL_CODE, value: 391, count: 40, pauseMs: 15 };

const LOOPS = { count: 3, pauseMs: 5 };
/** Numbers that stay small enough for V8 to keep them as integers. */
const INTEGER_LOOP: Timing = {
  ...LOOPS,
  code: 'let hash = 0; for (let i = 0; i < 2e7; i++) hash ^= i; hash',
  value: 0,
};
/** A sum that outgrows them on its way. */
const SUM_LOOP: Timing = {
  ...LOOPS,
  code: 'let sum = 0; for (let i = 0; i < 2e7; i++) sum += i; sum',
  value: 199_999_990_000_000,
};
const LOOP_GOAL = atLeast(30, '×');

export const sandbox: Measurement<'trivial' | 'warm' | 'integers' | 'sum'> = {
  name: 'sandbox',
  about:
    'code in the sandbox against bare isolates, in process and in a child, and against QuickJS',
  rows: {
    trivial: {
      name: 'sandbox, trivial code / isolate in process',
      unit: 'ms',
      goal: atMost(0.5, '×'),
    },
    warm: {
      name: 'sandbox, trivial code / bare child with a prepared isolate',
      unit: 'ms',
      goal: atMost(1.2, '×'),
    },
    integers: {
      name: 'sandbox, 2e7 times ^=, times faster than QuickJS',
      unit: 'ms',
      goal: LOOP_GOAL,
    },
    sum: {
      name: 'sandbox, 2e7 times +=, times faster than QuickJS',
      unit: 'ms',
      goal: LOOP_GOAL,
    },
  },
  async run(bench) {
    await using ours = await openSandbox(bench, 'product-sandbox');
    await using isolate = await openSandbox(bench, 'bare-isolate');
    await using child = await openSandbox(bench, 'bare-child');
    await using quickJs = await openSandbox(bench, 'quickjs');
    const play = (other: OpenProgram, timing: Timing) =>
      playRounds(
        { ours: () => ours.time(timing), other: () => other.time(timing) },
        toRoundsOptions(bench, sandbox),
      );
    return {
      trivial: compare(await play(isolate, TRIVIAL)),
      warm: compare(await play(child, TRIVIAL)),
      integers: compareSpeed(await play(quickJs, INTEGER_LOOP)),
      sum: compareSpeed(await play(quickJs, SUM_LOOP)),
    };
  },
};

/** A program that executes code in one of the ways to do that; it has done so often enough to be warm. */
export async function openSandbox(bench: Bench, name: SandboxName): Promise<OpenProgram> {
  const program = await openProgram({
    name,
    logDir: bench.dir,
    entry: `bench/programs/${name}/main.ts`,
    // isolated-vm demands it where it is loaded; the product's sandbox gives it to its children.
    execArgv: name.startsWith('bare-') ? ['--no-node-snapshot'] : [],
  });
  await program.time({ ...TRIVIAL, count: WARM_UP });
  return program;
}
