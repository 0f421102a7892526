import { z } from 'zod';
import { JobId, OrgId, RunId, UserId } from './ids.ts';
import { CodeTimeoutMs, JobFailure, JobType, Source } from './job.ts';

/** One attempt of a job on its way to a worker (stream BAKERST_JOBS). Times in epoch ms. */
export const JobDispatch = z.object({
  jobId: JobId,
  attempt: z.int().positive(),
  type: JobType,
  org: OrgId,
  user: UserId,
  runId: RunId.optional(),
  requestId: z.string(),
  createdAt: z.int(),
  code: Source,
  timeoutMs: CodeTimeoutMs,
});
export type JobDispatch = z.infer<typeof JobDispatch>;

/** What an attempt came to; `completed` and `failed` both carry the whole result where there is one. */
export const JobOutcome = z.discriminatedUnion('status', [
  z.object({ status: z.literal('completed'), result: z.json() }),
  z.object({ status: z.literal('failed'), error: JobFailure, result: z.json().optional() }),
  z.object({ status: z.literal('halted'), error: JobFailure, result: z.json().optional() }),
]);
export type JobOutcome = z.infer<typeof JobOutcome>;

/** A worker's request to record an outcome (subject `bakerst.jobs.result`, or stored in BAKERST_RESULTS). */
export const JobResult = z.object({
  jobId: JobId,
  attempt: z.int().positive(),
  workerId: z.string(),
  startedAt: z.int(),
  finishedAt: z.int(),
  outcome: JobOutcome,
});
export type JobResult = z.infer<typeof JobResult>;

/** The brain's answer: committed now, or already decided by an earlier result. */
export const JobResultAck = z.object({ recorded: z.boolean() });
export type JobResultAck = z.infer<typeof JobResultAck>;

/** Core publish for watchers; truth is in SQLite. */
export const JobProgress = z.object({
  jobId: JobId,
  attempt: z.int().positive(),
  workerId: z.string(),
  status: z.enum(['received', 'running', 'completed', 'failed', 'halted']),
  at: z.int(),
});
export type JobProgress = z.infer<typeof JobProgress>;
