import type { JobDispatch, JobOutcome, JobSpec, JobType } from '@bakerst/contracts';

/** One attempt of a job of a kind. */
export interface Attempt<Type extends JobType = JobType> {
  readonly dispatch: JobDispatch;
  readonly spec: Extract<JobSpec, { type: Type }>;
  /** Aborted: it must end soon, whatever it returns then. */
  readonly signal: AbortSignal;
}

/**
 * Executes jobs of a kind. What the job does, and how it fails, is a value; it throws only for a bug.
 * An attempt that may have taken effect and whose outcome it cannot tell ends with `unknown`.
 */
export type Executor<Type extends JobType> = (attempt: Attempt<Type>) => Promise<JobOutcome>;

export type Executors = { readonly [Type in JobType]: Executor<Type> };

/** Finds the executor for a dispatch; the compiler follows kind and spec together. */
export function runAttempt(
  executors: Executors,
  dispatch: JobDispatch,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const { spec } = dispatch;
  switch (spec.type) {
    case 'code':
      return executors.code({ dispatch, spec, signal });
    case 'command':
      return executors.command({ dispatch, spec, signal });
    case 'http':
      return executors.http({ dispatch, spec, signal });
    case 'agent':
      return executors.agent({ dispatch, spec, signal });
    default:
      return spec satisfies never;
  }
}
