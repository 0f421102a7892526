import { StartError } from '@bakerst/kit/start-error';
import { chooseNamed, readArguments } from '../scripts/read-arguments.ts';
import type { Measurement } from './measurements/measurement.ts';

/** A goal needs so many rounds to be told from chance. */
const ROUNDS = 8;
const QUICK_ROUNDS = 3;
const MAX_ROUNDS = 1_000;

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  quick: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
  only: { type: 'string' },
  rounds: { type: 'string' },
} as const;

export interface Options {
  readonly isHelp: boolean;
  readonly isQuick: boolean;
  /** Results go to docs/benchmarks.md too. */
  readonly isWriting: boolean;
  readonly rounds: number;
  readonly chosen: readonly Measurement[];
}

/** Throws StartError for arguments that mean nothing. */
export function readOptions(
  args: readonly string[],
  measurements: readonly Measurement[],
): Options {
  const given = readArguments(args, OPTIONS, 'npm run bench -- --help');
  if (given.write && given.only !== undefined)
    throw new StartError('--write writes the whole page: leave --only away');
  return {
    isHelp: given.help,
    isQuick: given.quick,
    isWriting: given.write,
    rounds: given.rounds === undefined ? defaultRounds(given.quick) : readRounds(given.rounds),
    chosen: chooseNamed(given.only, measurements),
  };
}

function defaultRounds(isQuick: boolean): number {
  return isQuick ? QUICK_ROUNDS : ROUNDS;
}

function readRounds(text: string): number {
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= MAX_ROUNDS) return rounds;
  throw new StartError(`--rounds must be a whole number from 1 to ${MAX_ROUNDS}, not "${text}"`);
}

export function usage(measurements: readonly Measurement[]): string {
  const width = Math.max(...measurements.map(({ name }) => name.length));
  const list = measurements.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`);
  return `npm run bench -- [--only <name,…>] [--rounds <n>] [--quick] [--write]

Measures how fast bakerst is on this machine, beside what it is compared with, in ${ROUNDS} rounds.

${list.join('\n')}

  --only    only these, separated by commas
  --rounds  so many rounds
  --quick   ${QUICK_ROUNDS} rounds: a hint, not a figure
  --write   write the results to docs/benchmarks.md`;
}
