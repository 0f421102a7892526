import { z } from 'zod';
import { JobId, OrgId, RunId, UserId } from './ids.ts';
import { SandboxLimits } from './sandbox.ts';
import { isCarriableText, refusal } from './text.ts';

/** Kinds of work that a worker may be asked for. Kinds join here as their features arrive. */
export const JobType = z.enum(['code']);
export type JobType = z.infer<typeof JobType>;

export const JobStatus = z.enum([
  'queued',
  'dispatched',
  'received',
  'running',
  'completed',
  'failed',
  'interrupted',
  'halted',
  'dead',
]);
export type JobStatus = z.infer<typeof JobStatus>;

const TERMINAL: ReadonlySet<JobStatus> = new Set([
  'completed',
  'failed',
  'interrupted',
  'halted',
  'dead',
]);

/** True for a state that only redrive or resolve leaves. */
export function isTerminalJob(status: JobStatus): boolean {
  return TERMINAL.has(status);
}

/** Source text: not empty, at most 64 KiB of UTF-8. */
export const Source = z
  .string({ error: 'code must be a string' })
  .refine((code) => code.trim() !== '', { error: 'code is empty', params: refusal('INVALID_JOB') })
  .refine((code) => new TextEncoder().encode(code).length <= SandboxLimits.sourceBytes, {
    error: `code is larger than ${SandboxLimits.sourceBytes} bytes`,
    params: refusal('SOURCE_TOO_LARGE'),
  })
  .refine(isCarriableText, {
    error: 'code holds U+0000 or a lone surrogate',
    params: refusal('INVALID_TEXT'),
  });

/** Wall clock of a code job in ms; waiting in the queue does not count. */
export const CodeTimeoutMs = z.int().min(100).max(SandboxLimits.wallMs);

/** Body of `POST /api/v1/jobs`; strict, one variant per kind. */
export const JobBody = z.strictObject({
  type: JobType,
  code: Source,
  timeout_ms: CodeTimeoutMs.optional(),
  org: OrgId.optional(),
  user_id: UserId.optional(),
});
export type JobBody = z.infer<typeof JobBody>;

export const JobFailure = z.object({ code: z.string(), message: z.string() });
export type JobFailure = z.infer<typeof JobFailure>;

const Time = z.iso.datetime();

/** `GET /api/v1/jobs/:id`. */
export const JobView = z.object({
  id: JobId,
  type: JobType,
  status: JobStatus,
  attempt: z.int().positive(),
  run_id: RunId.nullable(),
  worker_id: z.string().nullable(),
  created_at: Time,
  started_at: Time.nullable(),
  finished_at: Time.nullable(),
  result: z.json().nullable(),
  error: JobFailure.nullable(),
});
export type JobView = z.infer<typeof JobView>;

/** 202 of `POST /api/v1/jobs`. */
export const JobAccepted = z.object({ id: JobId, status: JobStatus });
export type JobAccepted = z.infer<typeof JobAccepted>;
