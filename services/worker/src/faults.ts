import type { StartAsker } from '@bakerst/bus';
import { StartError } from '@bakerst/kit';

const FAULT = '--fault=';
const NO_START = 'no-start';

/** Faults that tests plant in the process by its command line; without one nothing is changed. */
export interface Faults {
  wrapAsker(asker: StartAsker): StartAsker;
}

/** `--fault=no-start`: the worker acts without asking. Throws StartError for any other fault. */
export function readFaults(args: readonly string[]): Faults {
  const named = args.filter((arg) => arg.startsWith(FAULT)).map((arg) => arg.slice(FAULT.length));
  const strange = named.find((name) => name !== NO_START);
  if (strange !== undefined) throw new StartError(`no such fault: ${strange}`);
  const isPlanted = named.includes(NO_START);
  return {
    wrapAsker: (asker) => (isPlanted ? { ask: async () => ({ answer: 'go' }) } : asker),
  };
}
