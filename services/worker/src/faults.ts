import type { Delivery, StartAsker } from '@bakerst/bus';
import { StartError } from '@bakerst/kit';
import type { HaltedWork } from './halted-work.ts';
import type { Sandbox } from './sandbox/sandbox.ts';

const FAULT = '--fault=';

/**
 * `no-start`: the worker acts without asking; `no-sign-of-life`: it does not tell the queue that it is at work;
 * `deaf-to-halts`: it hears of no halt; `patient-sandbox`: it gives code ten times as long as it may have.
 */
const MUTANTS = ['no-start', 'no-sign-of-life', 'deaf-to-halts', 'patient-sandbox'] as const;
type Mutant = (typeof MUTANTS)[number];

/** Faults that tests plant in the process by its command line; without one nothing is changed. */
export interface Faults {
  wrapAsker(asker: StartAsker): StartAsker;
  wrapDelivery(delivery: Delivery): Delivery;
  /** What is done with a halt that is heard of. */
  wrapHalts(add: HaltedWork['add']): HaltedWork['add'];
  wrapSandbox(sandbox: Pick<Sandbox, 'run'>): Pick<Sandbox, 'run'>;
}

/** `--fault=<mutant>`: see MUTANTS. Throws StartError for any other fault. */
export function readFaults(args: readonly string[]): Faults {
  const named = args.filter((arg) => arg.startsWith(FAULT)).map((arg) => arg.slice(FAULT.length));
  const strange = named.find((name) => !MUTANTS.some((known) => known === name));
  if (strange !== undefined) throw new StartError(`no such fault: ${strange}`);
  const has = (mutant: Mutant): boolean => named.includes(mutant);
  return {
    wrapAsker: (asker) => (has('no-start') ? { ask: async () => ({ answer: 'go' }) } : asker),
    wrapDelivery: (delivery) =>
      has('no-sign-of-life') ? { ...delivery, working: () => undefined } : delivery,
    wrapSandbox: (sandbox) =>
      has('patient-sandbox')
        ? {
            run: ({ timeoutMs, ...execution }, call) =>
              sandbox.run({ ...execution, timeoutMs: 10 * timeoutMs }, call),
          }
        : sandbox,
    wrapHalts: (add) => (has('deaf-to-halts') ? () => undefined : add),
  };
}
