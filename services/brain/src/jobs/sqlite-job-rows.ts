import {
  JobId,
  JobSpec,
  JobStatus,
  JobType,
  OrgId,
  ReplayClass,
  RunId,
  UserId,
} from '@bakerst/contracts';
import { z } from 'zod';
import type { Job } from './job.ts';

const JobRow = z.object({
  id: JobId,
  org_id: OrgId,
  user_id: UserId,
  run_id: RunId.nullable(),
  turn: z.int().nullable(),
  call_index: z.int().nullable(),
  type: JobType,
  status: JobStatus,
  attempt: z.int().positive(),
  base_attempt: z.int().positive(),
  failures: z.int(),
  losses: z.int(),
  replay: ReplayClass,
  ordering_key: z.string().nullable(),
  intent_attempt: z.int().nullable(),
  intent_worker: z.string().nullable(),
  open_call: z
    .string()
    .nullish()
    .transform((call) => call ?? undefined),
  body: z.string(),
  request_id: z.string(),
  worker_id: z.string().nullable(),
  result: z.string().nullable(),
  error_code: z.string().nullable(),
  error_message: z.string().nullable(),
  created_at: z.int(),
  started_at: z.int().nullable(),
  finished_at: z.int().nullable(),
});

/** SQL: the job has no outcome yet. Spelt as in the partial indexes, so that they are used. */
export const UNFINISHED = `status IN ('queued', 'dispatched', 'received', 'running')`;

/** SQL: a job of this table waits for no other one of its ordering key. */
export function isHead(job: string): string {
  return `(${job}.ordering_key IS NULL OR NOT EXISTS (
    SELECT 1 FROM job older
    WHERE older.org_id = ${job}.org_id AND older.user_id = ${job}.user_id
      AND older.ordering_key = ${job}.ordering_key AND older.seq < ${job}.seq
      AND older.${UNFINISHED}))`;
}

/** SQL: code that comes before the job of the table `job` and is held back by no key. */
const EARLIER_CODE = `SELECT 1 FROM job earlier
    WHERE earlier.org_id = job.org_id AND earlier.user_id = job.user_id AND earlier.type = 'code'
      AND earlier.seq < job.seq AND earlier.${UNFINISHED} AND earlier.status = 'queued'
      AND ${isHead('earlier')} LIMIT 2`;

/** SQL: code of its user that a worker has, or may have. Spelt as in the partial index job_out. */
const CODE_THAT_IS_OUT = `SELECT 1 FROM job other INDEXED BY job_out
    WHERE other.org_id = job.org_id AND other.user_id = job.user_id AND other.type = 'code'
      AND other.status IN ('dispatched', 'received', 'running') LIMIT 2`;

/**
 * SQL: nothing keeps a queued job of the table `job` from being sent: head of its key and, if it is code, fewer than two
 * others of its user's code that come before it and are not held back by a key, or are out already. Looks at no more of
 * them than that, however many wait.
 */
export const IS_NEXT = `${isHead('job')}
  AND (job.type <> 'code' OR 2 > (SELECT count(*) FROM (${EARLIER_CODE}))
    + (SELECT count(*) FROM (${CODE_THAT_IS_OUT})))`;

const OPEN_CALLS = `tool_call
    WHERE tool_call.job_id = job.id AND tool_call.replay = 'never' AND tool_call.at IS NULL`;

/** SQL: a tool call that code of the job of the table `job` has begun, that must not be made twice, and has no answer. */
export const OPEN_CALL = `(SELECT server || '.' || tool || '(' || preview || ')' FROM ${OPEN_CALLS} LIMIT 1)`;

const MAY_HAVE_ACTED = `(replay = 'never' AND intent_attempt IS NOT NULL OR EXISTS (SELECT 1 FROM ${OPEN_CALLS}))`;

/**
 * SQL that ends jobs because of a halt. What may have acted, and must not act twice, is for a person to judge (design
 * section 7), unless its worker still tells what came of it.
 */
export const HALT_JOB = `UPDATE job SET finished_at = @now, halted_at = @now,
    status = CASE WHEN ${MAY_HAVE_ACTED} THEN 'interrupted' ELSE 'halted' END,
    error_code = CASE WHEN ${MAY_HAVE_ACTED} THEN 'OUTCOME_UNKNOWN' ELSE 'HALTED' END,
    error_message = @why || CASE WHEN ${MAY_HAVE_ACTED}
      THEN ' in the middle: whether this took effect is not known' ELSE '' END`;

export function toJob(value: unknown): Job {
  const row = JobRow.parse(value);
  return {
    id: row.id,
    tenant: { org: row.org_id, user: row.user_id },
    call:
      row.run_id === null
        ? undefined
        : { runId: row.run_id, turn: row.turn ?? 0, index: row.call_index ?? 0 },
    spec: JobSpec.parse({ ...z.looseObject({}).parse(JSON.parse(row.body)), type: row.type }),
    status: row.status,
    attempt: row.attempt,
    baseAttempt: row.base_attempt,
    failures: row.failures,
    losses: row.losses,
    replay: row.replay,
    orderingKey: row.ordering_key ?? undefined,
    intent:
      row.intent_attempt === null
        ? undefined
        : { attempt: row.intent_attempt, workerId: row.intent_worker ?? '' },
    openCall: row.open_call,
    requestId: row.request_id,
    workerId: row.worker_id ?? undefined,
    result: row.result === null ? undefined : JSON.parse(row.result),
    error:
      row.error_code === null
        ? undefined
        : { code: row.error_code, message: row.error_message ?? '' },
    createdAt: row.created_at,
    startedAt: row.started_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
  };
}
