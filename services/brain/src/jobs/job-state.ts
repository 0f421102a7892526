import {
  isTerminalJob,
  type JobFailure,
  type JobOutcome,
  type JobResult,
  type JobStart,
  type JobStartAnswer,
  type JobStatus,
  type ReplayClass,
} from '@bakerst/contracts';

/** Attempts that may fail by themselves before the job is dead. */
export const MAX_FAILURES = 3;
/** Workers that may die with a job that they have begun before it is dead. */
export const MAX_LOSSES = 5;
/** Waits after the first and the second failure, before jitter. */
const RETRY_WAITS_MS = [1_000, 4_000] as const;
const JITTER = 0.2;
/** The longest that an attempt waits for the next one. */
export const MAX_WAIT_MS = Math.max(...RETRY_WAITS_MS) * (1 + JITTER);

/** What decides about a job. A job's life is a fold of starts and results over this. */
export interface JobState {
  readonly status: JobStatus;
  /** From 1; a job that is given to another worker, or tried again, is one attempt further. */
  readonly attempt: number;
  /** Attempt under which it entered the work queue; the deliveries from there count up. */
  readonly baseAttempt: number;
  readonly failures: number;
  /** Workers that had begun it and were never heard of again. */
  readonly losses: number;
  readonly replay: ReplayClass;
  /** Who was last told to act, and has not said what came of it. */
  readonly intent: { readonly attempt: number; readonly workerId: string } | undefined;
  /** A tool call that its code has begun, that must not be made twice, and of which nobody has said what came of it. */
  readonly openCall: string | undefined;
}

type JobEndStatus = 'completed' | 'failed' | 'interrupted' | 'halted' | 'dead';

/** What is to be done to a job. */
export type JobChange =
  /** Nothing: it is decided already, or the news is about an attempt that no longer counts. */
  | { readonly kind: 'ignore' }
  | {
      readonly kind: 'end';
      readonly status: JobEndStatus;
      readonly error?: JobFailure;
      readonly result?: unknown;
    }
  /** A new attempt, after a wait. */
  | {
      readonly kind: 'requeue';
      readonly attempt: number;
      readonly failures: number;
      readonly waitMs: number;
    }
  | {
      readonly kind: 'begin';
      readonly attempt: number;
      readonly workerId: string;
      readonly losses: number;
    };

/**
 * What a result changes. The first one of any attempt wins as long as none is recorded, and answers the question of
 * an interrupted job; everything else about a lower attempt, and all that comes later, changes nothing.
 * `random`: 0 to 1, spreads the waits.
 */
export function decideResult(
  job: JobState,
  { attempt, baseAttempt, outcome }: Pick<JobResult, 'attempt' | 'baseAttempt' | 'outcome'>,
  random: number,
): JobChange {
  const isAnswer = outcome.status === 'completed' || outcome.status === 'failed';
  if (isTerminalJob(job.status) && job.status !== 'interrupted') return IGNORE;
  if (isAnswer) return { kind: 'end', ...outcome };
  if (outcome.status === 'halted') return decideHalted(job, baseAttempt, outcome);
  if (job.status === 'interrupted' || isStale(job, { attempt, baseAttempt })) return IGNORE;
  switch (outcome.status) {
    case 'returned':
      return requeue(job, attempt, { failures: job.failures, waitMs: 0 });
    case 'unknown':
      return job.replay === 'never' || job.openCall !== undefined
        ? { kind: 'end', status: 'interrupted', error: outcome.error }
        : retry(job, { attempt, error: outcome.error, random });
    case 'retry':
      return retry(job, { attempt, error: outcome.error, random });
    default:
      return outcome satisfies never;
  }
}

/** A worker that was halted before it had acted says so; what a person has had tried again since was not halted. */
function decideHalted(
  job: JobState,
  baseAttempt: number,
  outcome: JobOutcome & { readonly status: 'halted' },
): JobChange {
  return baseAttempt === job.baseAttempt ? { kind: 'end', ...outcome } : IGNORE;
}

/** True of an attempt that has been given up, and of a message of the work queue that another one has replaced. */
function isStale(
  job: JobState,
  { attempt, baseAttempt }: Pick<JobStart, 'attempt' | 'baseAttempt'>,
): boolean {
  return attempt < job.attempt || baseAttempt !== job.baseAttempt;
}

const IGNORE: JobChange = { kind: 'ignore' };

interface Failure {
  readonly attempt: number;
  readonly error: JobFailure;
  readonly random: number;
}

function retry(job: JobState, { attempt, error, random }: Failure): JobChange {
  const failures = job.failures + 1;
  const wait = RETRY_WAITS_MS[failures - 1];
  if (failures >= MAX_FAILURES || wait === undefined) return { kind: 'end', status: 'dead', error };
  const waitMs = Math.round(wait * (1 - JITTER + 2 * JITTER * random));
  return requeue(job, attempt, { failures, waitMs });
}

function requeue(
  job: JobState,
  attempt: number,
  more: { readonly failures: number; readonly waitMs: number },
): JobChange {
  return { kind: 'requeue', attempt: Math.max(attempt, job.attempt) + 1, ...more };
}

/** What a worker may do that asks before it acts, and what that changes. */
export function decideStart(
  job: JobState,
  { attempt, baseAttempt, workerId }: Pick<JobStart, 'attempt' | 'baseAttempt' | 'workerId'>,
): { readonly answer: JobStartAnswer; readonly change: JobChange } {
  if (job.status === 'completed' || job.status === 'failed')
    return { answer: { answer: 'recorded' }, change: IGNORE };
  if (isTerminalJob(job.status)) return refuse(job.status.toUpperCase());
  if (isStale(job, { attempt, baseAttempt })) return refuse('STALE');
  const isAskedAgain = job.intent !== undefined && isSame(job.intent, attempt, workerId);
  if (mayHaveActed(job) && !isAskedAgain) return refuse('INTERRUPTED', interrupted(job));
  // A worker that died before it had begun says nothing about the job.
  const isLoss = job.status === 'running' && !isAskedAgain;
  const losses = job.losses + (isLoss ? 1 : 0);
  if (losses >= MAX_LOSSES) return refuse('DEAD', lostForGood());
  return { answer: { answer: 'go' }, change: { kind: 'begin', attempt, workerId, losses } };
}

/** The same worker asks again for the same attempt: the answer was lost, and it has not acted. */
function isSame(
  intent: NonNullable<JobState['intent']>,
  attempt: number,
  workerId: string,
): boolean {
  return intent.attempt === attempt && intent.workerId === workerId;
}

function refuse(
  code: string,
  change: JobChange = IGNORE,
): { readonly answer: JobStartAnswer; readonly change: JobChange } {
  return { answer: { answer: 'refused', code }, change };
}

/**
 * A job that is in the work queue by its row, and is not there: it is sent again as a new attempt, unless it may have
 * acted and must not act twice.
 */
export function decideLost(job: JobState): JobChange {
  if (isTerminalJob(job.status) || job.status === 'queued') return IGNORE;
  if (mayHaveActed(job)) return interrupted(job);
  return requeue(job, job.attempt, { failures: job.failures, waitMs: 0 });
}

/** The work queue has delivered the job as often as it ever does, and nothing came of it. */
export function decideGivenUp(job: JobState): JobChange {
  const change = decideLost(job);
  return change.kind === 'requeue' ? lostForGood() : change;
}

/** An attempt has been told to do what must not be done twice, and its outcome is not known. */
function mayHaveActed({ replay, intent, openCall }: JobState): boolean {
  return openCall !== undefined || (replay === 'never' && intent !== undefined);
}

function lostForGood(): JobChange {
  const message = `${MAX_LOSSES} workers ended without an answer while they had this job`;
  return { kind: 'end', status: 'dead', error: { code: 'WORKER_LOST', message } };
}

function interrupted({ openCall }: JobState): JobChange {
  return { kind: 'end', status: 'interrupted', error: toOpenQuestion(openCall) };
}

/** What a person is told of work that may have taken effect; `what` names a part of it. */
export function toOpenQuestion(what: string | undefined): JobFailure {
  const where = what === undefined ? 'in the middle' : `in the middle of ${what}`;
  const message = `the worker ended ${where}: whether this took effect is not known`;
  return { code: 'OUTCOME_UNKNOWN', message };
}
