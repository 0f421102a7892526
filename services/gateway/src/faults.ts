import { StartError } from '@bakerst/kit';
import type { Brain } from './brain.ts';
import type { Received } from './channel.ts';

const FAULT = '--fault=';

/** `unmarked`: what may be a repeat is not marked; `hasty`: an update is confirmed before the brain has it. */
const MUTANTS = ['unmarked', 'hasty'] as const;
type Mutant = (typeof MUTANTS)[number];

type Take = (received: Received) => Promise<void>;

/** Faults that tests plant in the process by its command line; without one nothing is changed. */
export interface Faults {
  wrapReport(report: Brain['reportDelivery']): Brain['reportDelivery'];
  wrapTake(take: Take): Take;
}

/** `--fault=<mutant>`: see MUTANTS. Throws StartError for any other fault. */
export function readFaults(args: readonly string[]): Faults {
  const named = args.filter((arg) => arg.startsWith(FAULT)).map((arg) => arg.slice(FAULT.length));
  const strange = named.find((name) => !MUTANTS.some((known) => known === name));
  if (strange !== undefined) throw new StartError(`no such fault: ${strange}`);
  const has = (mutant: Mutant): boolean => named.includes(mutant);
  return {
    wrapReport: (report) =>
      has('unmarked')
        ? async (...about) => ({ ...(await report(...about)), may_be_repeat: false })
        : report,
    wrapTake: (take) =>
      has('hasty') ? async (received) => void take(received).catch(() => undefined) : take,
  };
}
