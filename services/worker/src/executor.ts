import type { JobDispatch, JobOutcome, JobSpec, JobType } from '@bakerst/contracts';

/** One attempt of a job of a kind. */
export interface Attempt<Type extends JobType = JobType> {
  readonly dispatch: JobDispatch;
  /** Which one it is, counted from the job's first. */
  readonly attempt: number;
  readonly spec: Extract<JobSpec, { type: Type }>;
  /** Aborted: it must end soon, whatever it returns then. */
  readonly signal: AbortSignal;
}

/**
 * Executes jobs of a kind. What the job does, and how it fails, is a value; it throws only for a bug.
 * An attempt that may have taken effect and whose outcome it cannot tell ends with `unknown`.
 */
export type Executor<Type extends JobType> = (attempt: Attempt<Type>) => Promise<JobOutcome>;

/** Those of the kinds that this worker takes. */
export type Executors = { readonly [Type in JobType]?: Executor<Type> };

/** Finds the executor for a dispatch; the compiler follows kind and spec together. Throws for a kind that is not taken. */
export function runAttempt(
  { code, command, http, agent, mcp }: Executors,
  { dispatch, attempt }: Pick<Attempt, 'dispatch' | 'attempt'>,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const { spec } = dispatch;
  const common = { dispatch, attempt, signal };
  switch (spec.type) {
    case 'code':
      return need(code)({ ...common, spec });
    case 'command':
      return need(command)({ ...common, spec });
    case 'http':
      return need(http)({ ...common, spec });
    case 'agent':
      return need(agent)({ ...common, spec });
    case 'mcp':
      return need(mcp)({ ...common, spec });
    default:
      return spec satisfies never;
  }
}

function need<Type extends JobType>(executor: Executor<Type> | undefined): Executor<Type> {
  if (executor === undefined) throw new Error('this worker does not take jobs of this kind');
  return executor;
}
