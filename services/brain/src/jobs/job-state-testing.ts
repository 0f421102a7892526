import type { JobOutcome } from '@bakerst/contracts';
import { decideResult, decideStart, type JobChange, type JobState } from './job-state.ts';

export const NEW: JobState = {
  status: 'dispatched',
  attempt: 1,
  baseAttempt: 1,
  failures: 0,
  losses: 0,
  replay: 'safe',
  intent: undefined,
  openCall: undefined,
};
export const ERROR = { code: 'NOT_REACHED', message: 'nobody there' };
export const DONE: JobOutcome = { status: 'completed', result: 1 };
export const RETRY: JobOutcome = { status: 'retry', error: ERROR };

/** By a worker that has the present message of the work queue. */
export function toldBy(
  job: JobState,
  told: { readonly attempt: number; readonly outcome: JobOutcome },
  random: number,
): JobChange {
  return decideResult(job, { ...told, baseAttempt: job.baseAttempt }, random);
}

export function askedBy(
  job: JobState,
  ask: { readonly attempt: number; readonly workerId: string },
) {
  return decideStart(job, { ...ask, baseAttempt: job.baseAttempt });
}

/** The job after a change, as the store writes it. */
export function apply(job: JobState, change: JobChange): JobState {
  switch (change.kind) {
    case 'ignore':
      return job;
    case 'begin': {
      const { attempt, workerId, losses } = change;
      return { ...job, status: 'running', attempt, losses, intent: { attempt, workerId } };
    }
    case 'requeue': {
      const { attempt, failures } = change;
      return {
        ...job,
        status: 'queued',
        intent: undefined,
        openCall: undefined,
        attempt,
        baseAttempt: attempt,
        failures,
      };
    }
    case 'end':
      return { ...job, status: change.status };
    default:
      return change satisfies never;
  }
}
