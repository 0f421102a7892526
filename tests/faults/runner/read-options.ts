import { StartError } from '@bakerst/kit/start-error';
import { chooseNamed, readArguments } from '../../../scripts/read-arguments.ts';
import type { Level, Scenario } from '../harness/scenario.ts';

const MAX_SEED = 0xff_ff_ff_ff;

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  full: { type: 'boolean', default: false },
  smoke: { type: 'boolean', default: false },
  mutants: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
  only: { type: 'string' },
  seed: { type: 'string' },
} as const;

export interface Options {
  readonly isHelp: boolean;
  readonly level: Level;
  /** Faults are planted in the product, and each must be noticed. */
  readonly isMutants: boolean;
  /** The rows go into docs/reliability.md too. */
  readonly isWriting: boolean;
  readonly seeds: readonly number[];
  readonly chosen: readonly Scenario[];
}

/** Throws StartError for arguments that mean nothing. */
export function readOptions(args: readonly string[], scenarios: readonly Scenario[]): Options {
  const given = readArguments(args, OPTIONS, 'npm run faults -- --help');
  if (given.smoke && given.full) throw new StartError('--smoke and --full exclude each other');
  return {
    isHelp: given.help,
    level: given.full ? 'full' : given.smoke ? 'smoke' : 'normal',
    isMutants: given.mutants,
    isWriting: given.write,
    seeds: given.seed === undefined ? [Date.now() % MAX_SEED] : given.seed.split(',').map(readSeed),
    chosen: chooseNamed(given.only, scenarios),
  };
}

function readSeed(text: string): number {
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0 && seed <= MAX_SEED) return seed;
  throw new StartError(`--seed takes whole numbers from 0 to ${MAX_SEED}, not "${text}"`);
}

export function usage(scenarios: readonly Scenario[]): string {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  const list = scenarios.map(({ name, promise }) => `  ${name.padEnd(width)}  ${promise}`);
  return `npm run faults -- [--only <name,…>] [--seed <n,…>] [--full | --smoke] [--mutants] [--write]

Breaks a whole system on this machine in every way that is thought of, and checks what it promised:

${list.join('\n')}

  --only     only these, separated by commas
  --seed     play again what these seeds determine; one is chosen and printed otherwise
  --full     as often as the promises are written for (about an hour for each seed)
  --smoke    a look, as "npm test" takes it
  --mutants  plant known faults in the product, one at a time: each must turn its promise red
  --write    write the rows into the table of docs/reliability.md; those of other promises and seeds stay

The exit code is 0 when every promise held and no run was void.`;
}
