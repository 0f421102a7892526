import { z } from 'zod';
import { JobId, OrgId, RunId, UserId } from './ids.ts';
import { JobFailure } from './job.ts';
import { JobSpec, ReplayClass } from './job-spec.ts';

/** One attempt of a job on its way to a worker (stream BAKERST_JOBS). Times in epoch ms. */
export const JobDispatch = z.object({
  jobId: JobId,
  attempt: z.int().positive(),
  replay: ReplayClass,
  org: OrgId,
  user: UserId,
  runId: RunId.optional(),
  requestId: z.string(),
  createdAt: z.int(),
  spec: JobSpec,
});
export type JobDispatch = z.infer<typeof JobDispatch>;

/**
 * What an attempt came to. `completed` and `failed` stand; `retry` failed in a way that may pass; `returned` was not
 * begun, or may be begun again, and the worker has to end; `unknown` may have taken effect or not.
 */
export const JobOutcome = z.discriminatedUnion('status', [
  z.object({ status: z.literal('completed'), result: z.json() }),
  z.object({ status: z.literal('failed'), error: JobFailure, result: z.json().optional() }),
  z.object({ status: z.literal('halted'), error: JobFailure, result: z.json().optional() }),
  z.object({ status: z.literal('retry'), error: JobFailure }),
  z.object({ status: z.literal('returned') }),
  z.object({ status: z.literal('unknown'), error: JobFailure }),
]);
export type JobOutcome = z.infer<typeof JobOutcome>;

/** A worker's request to record an outcome (subject `bakerst.jobs.result`, or stored in BAKERST_RESULTS). */
export const JobResult = z.object({
  jobId: JobId,
  attempt: z.int().positive(),
  /** As in JobStart. */
  baseAttempt: z.int().positive(),
  workerId: z.string(),
  requestId: z.string().optional(),
  startedAt: z.int(),
  finishedAt: z.int(),
  outcome: JobOutcome,
});
export type JobResult = z.infer<typeof JobResult>;

/** The brain's answer: committed now, or already decided by an earlier result. */
export const JobResultAck = z.object({ recorded: z.boolean() });
export type JobResultAck = z.infer<typeof JobResultAck>;

/** A worker asks before it acts (subject `bakerst.jobs.start`). */
export const JobStart = z.object({
  jobId: JobId,
  attempt: z.int().positive(),
  /** Attempt of the message in the work queue; another one than the job's present one is out of date. */
  baseAttempt: z.int().positive(),
  workerId: z.string(),
  requestId: z.string().optional(),
});
export type JobStart = z.infer<typeof JobStart>;

/**
 * `go`: the intent is stored, act. `recorded`: there is a result already, nothing is to be done.
 * `refused`: do not act; the code says why, and the job has been dealt with.
 */
export const JobStartAnswer = z.discriminatedUnion('answer', [
  z.object({ answer: z.literal('go') }),
  z.object({ answer: z.literal('recorded') }),
  z.object({ answer: z.literal('refused'), code: z.string() }),
]);
export type JobStartAnswer = z.infer<typeof JobStartAnswer>;

/** Core publish for watchers; truth is in SQLite. */
export const JobProgress = z.object({
  jobId: JobId,
  attempt: z.int().positive(),
  workerId: z.string(),
  status: z.enum(['received', 'running', 'completed', 'failed', 'halted']),
  at: z.int(),
});
export type JobProgress = z.infer<typeof JobProgress>;
