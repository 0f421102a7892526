import type { HaltAnnouncer } from '@bakerst/bus';
import type { ResolveBody } from '@bakerst/contracts';
import { AppError, type Clock } from '@bakerst/kit';
import type { Scope } from '../principals/principal.ts';
import type { Job } from './job.ts';
import { followMove, type MoveJobDeps } from './move-job.ts';
import type { JobActionStore, JobMove } from './ports.ts';

export interface JobActionDeps extends MoveJobDeps {
  readonly actions: JobActionStore;
  readonly halts: HaltAnnouncer;
  readonly clock: Clock;
}

/** What people do to jobs. Each throws AppError NOT_FOUND for an unknown job, CONFLICT where the job's state forbids it. */
export interface JobActions {
  redrive(scope: Scope, id: string): Promise<Job>;
  dismiss(scope: Scope, id: string): Promise<Job>;
  /** Once it has resolved the job does not begin any more; one that runs ends soon. */
  halt(scope: Scope, id: string): Promise<Job>;
  resolve(scope: Scope, id: string, said: Pick<ResolveBody, 'outcome' | 'result'>): Promise<Job>;
}

export function createJobActions(deps: JobActionDeps): JobActions {
  const { actions, halts, clock } = deps;
  const follow = (move: JobMove | undefined): Job => {
    if (move === undefined) throw unknownJob();
    followMove(deps, move);
    return move.job;
  };
  return {
    redrive: async (scope, id) => follow(await actions.redrive(scope, id)),
    dismiss: async (scope, id) => follow(await actions.dismiss(scope, id)),
    async halt(scope, id) {
      const job = follow(await actions.halt(scope, id));
      if (job.status === 'halted' || job.status === 'interrupted')
        await halts.announce({ kind: 'job', id: job.id, at: clock.now() });
      return job;
    },
    resolve: async (scope, id, { outcome, result }) =>
      follow(await actions.resolve(scope, id, { outcome, result })),
  };
}

export function unknownJob(): AppError {
  return new AppError('NOT_FOUND', 'there is no such job', { reason: 'JOB_NOT_FOUND' });
}
