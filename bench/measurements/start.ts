import { setTimeout as delay } from 'node:timers/promises';
import { bundleOf } from '../../scripts/bundle/bundle-of.ts';
import { atMost, single } from '../figures/row.ts';
import { listTree, type ProcessEntry, readRssMb } from '../processes/process-tree.ts';
import { startByNpm } from '../processes/start-by-npm.ts';
import type { Bench, Measurement } from './measurement.ts';

const IDLE_MS = 10_000;
/** Starts are alike and each costs its idle time. */
const MOST_STARTS = 4;

export const start: Measurement<'ready' | 'brain' | 'worker' | 'sandbox' | 'supervisor'> = {
  name: 'start',
  about: 'npm start on an existing data directory until it is ready, and its memory when idle',
  rows: {
    ready: { name: 'warm start, ready', unit: 'ms', goal: atMost(1_500, 'ms') },
    brain: { name: 'idle memory, brain', unit: 'MB', goal: atMost(130, 'MB') },
    worker: { name: 'idle memory, worker', unit: 'MB', goal: atMost(80, 'MB') },
    sandbox: {
      name: 'idle memory, sandbox process',
      unit: 'MB',
      goal: atMost(55, 'MB'),
    },
    supervisor: { name: 'idle memory, supervisor', unit: 'MB', goal: atMost(60, 'MB') },
  },
  async run(bench) {
    const cold = await startByNpm(bench);
    await cold[Symbol.asyncDispose]();
    const starts: StartFigures[] = [];
    while (starts.length < Math.min(bench.rounds, MOST_STARTS)) {
      bench.signal.throwIfAborted();
      starts.push(await measureStart(bench));
      bench.say(`start: ${starts.length} of ${Math.min(bench.rounds, MOST_STARTS)}`);
    }
    return {
      ready: single(starts.map(({ readyMs }) => readyMs)),
      brain: single(starts.map(({ brainMb }) => brainMb)),
      worker: single(starts.map(({ workerMb }) => workerMb)),
      sandbox: single(starts.map(({ sandboxMb }) => sandboxMb)),
      supervisor: single(starts.map(({ supervisorMb }) => supervisorMb)),
    };
  },
};

interface StartFigures {
  readonly readyMs: number;
  readonly brainMb: number;
  readonly workerMb: number;
  readonly sandboxMb: number;
  readonly supervisorMb: number;
}

async function measureStart(bench: Bench): Promise<StartFigures> {
  await using npm = await startByNpm(bench);
  await delay(IDLE_MS, undefined, { signal: bench.signal });
  const processes = listTree(npm.pid);
  const worker = findProgram(processes, bundleOf('worker'));
  const child = processes.find(({ parentPid }) => parentPid === worker.pid);
  if (child === undefined) throw new Error('the worker has no sandbox process');
  return {
    readyMs: npm.readyMs,
    brainMb: readRssMb(findProgram(processes, bundleOf('brain')).pid),
    workerMb: readRssMb(worker.pid),
    sandboxMb: readRssMb(child.pid),
    supervisorMb: readRssMb(findProgram(processes, 'scripts/start.ts').pid),
  };
}

/** Every process carries its entry point in its command line (design section 12). */
function findProgram(processes: readonly ProcessEntry[], entry: string): ProcessEntry {
  const found = processes.find(({ args }) =>
    args.some((arg) => arg === entry || arg.endsWith(`/${entry}`)),
  );
  if (found === undefined) throw new Error(`npm start runs no ${entry}`);
  return found;
}
