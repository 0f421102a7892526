import type { HaltAnnouncer } from '@bakerst/bus';
import { isTerminalRun, type RunId, type RunStatus } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { UserChanges } from '../events/ports.ts';
import type { Job } from '../jobs/job.ts';
import type { Scope } from '../principals/principal.ts';
import type { RunStore } from './ports.ts';
import { toRunChange } from './run-change.ts';
import type { RunHost } from './run-host.ts';

export interface HaltRunDeps {
  readonly store: Pick<RunStore, 'find' | 'requestHalt'>;
  readonly host: Pick<RunHost, 'halt'>;
  readonly halts: HaltAnnouncer;
  readonly changes: UserChanges;
  /** What follows from these jobs' having ended. */
  readonly followHaltedJobs: (jobs: readonly Job[]) => void;
  readonly clock: Clock;
}

/**
 * Once this has resolved, no tool call of the run starts any more. Gives how the run stands; one that has ended stays as
 * it is. Undefined for an unknown run.
 */
export async function haltRun(
  deps: HaltRunDeps,
  scope: Scope,
  id: RunId,
): Promise<RunStatus | undefined> {
  const { store, host, halts, changes, clock } = deps;
  const status = store.find(scope, id)?.status;
  if (status === undefined || isTerminalRun(status)) return status;
  const halted = await store.requestHalt(scope, id);
  if (halted === undefined) return undefined;
  const { run, jobs } = halted;
  host.halt(id);
  deps.followHaltedJobs(jobs);
  if (isTerminalRun(run.status)) changes.tell(run.tenant, toRunChange(run, run.status));
  await halts.announce({ kind: 'run', id, at: clock.now() });
  return store.find(scope, id)?.status ?? run.status;
}
