import {
  CodeTimeoutMs,
  isTerminalJob,
  JobId,
  type JobProgress,
  type JobResult,
  JobStatus,
  JobType,
  OrgId,
  RunId,
  Source,
  type Tenant,
  UserId,
} from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { createSqliteKeyStore, type SqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import { haltedError } from '../runs/active-run.ts';
import { createSqliteFence, type Fence } from '../runs/sqlite-fence.ts';
import type { Writer } from '../storage/group-commit.ts';
import type { Job } from './job.ts';
import type { JobStore, NewJob } from './ports.ts';

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

const Body = z.object({ code: Source, timeoutMs: CodeTimeoutMs });

/** Order of the states within an attempt. */
const RANK = `CASE status WHEN 'queued' THEN 0 WHEN 'dispatched' THEN 1 WHEN 'received' THEN 2 ELSE 3 END`;
const UNFINISHED = `status IN ('queued', 'dispatched', 'received', 'running')`;

interface JobStoreDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Clock;
}

export function createSqliteJobStore({ db, writer, clock }: JobStoreDeps): JobStore {
  const sql = prepareStatements(db);
  const fence = createSqliteFence(db);
  const keys = createSqliteKeyStore(db, clock);
  return {
    find(scope, id) {
      const row = sql.find.get({ id, org: scope.org, user: scope.user ?? null });
      return row === undefined ? undefined : toJob(row);
    },
    listQueued: () => sql.queued.all().map(toJob),
    isFinished: (id) => isTerminalJob(JobStatus.parse(sql.status.get(id))),
    add: (tenant, job) =>
      writer.write(() => addJob({ sql, fence, keys }, { tenant, job, now: clock.now() })),
    markDispatched: (marks) =>
      writer.write(() => {
        for (const { id, attempt } of marks) sql.markDispatched.run(id, attempt);
      }),
    markProgress: (progress) =>
      writer.write(() => {
        for (const each of progress) sql.markProgress.run(toProgressRow(each));
      }),
    record: (result) => writer.write(() => sql.record.run(toResultRow(result)).changes > 0),
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: Database) {
  return {
    find: db.prepare(
      'SELECT * FROM job WHERE id = @id AND org_id = @org AND (@user IS NULL OR user_id = @user)',
    ),
    queued: db.prepare(`SELECT * FROM job WHERE status = 'queued' ORDER BY seq`),
    ofCall: db.prepare('SELECT * FROM job WHERE run_id = ? AND turn = ? AND call_index = ?'),
    status: db.prepare('SELECT status FROM job WHERE id = ?').pluck(),
    isHalted: db.prepare('SELECT 1 FROM run WHERE id = ? AND halt_requested_at IS NOT NULL'),
    add: db.prepare(
      `INSERT INTO job (id, org_id, user_id, run_id, turn, call_index, type, status, attempt, body,
         request_id, created_at)
       VALUES (@id, @org, @user, @runId, @turn, @index, @type, 'queued', 1, @body, @requestId, @now)
       RETURNING *`,
    ),
    markDispatched: db.prepare(
      `UPDATE job SET status = 'dispatched' WHERE id = ? AND attempt = ? AND status = 'queued'`,
    ),
    markProgress: db.prepare(
      `UPDATE job SET status = @status, attempt = @attempt, worker_id = @workerId,
         started_at = CASE @status WHEN 'running' THEN @at ELSE started_at END
       WHERE id = @id AND ${UNFINISHED}
         AND (attempt < @attempt OR (attempt = @attempt AND ${RANK} < @rank))`,
    ),
    record: db.prepare(
      `UPDATE job SET status = @status, attempt = max(attempt, @attempt), worker_id = @workerId,
         result = @result, error_code = @errorCode, error_message = @errorMessage,
         started_at = @startedAt, finished_at = @finishedAt
       WHERE id = @id AND ${UNFINISHED}`,
    ),
  };
}

interface AddDeps {
  readonly sql: Statements;
  readonly fence: Fence;
  readonly keys: SqliteKeyStore;
}

interface Addition {
  readonly tenant: Tenant;
  readonly job: NewJob;
  readonly now: number;
}

function addJob({ sql, fence, keys }: AddDeps, { tenant, job, now }: Addition): Job {
  const { call } = job;
  if (job.fence !== undefined) fence.check(job.fence.lockKey, job.fence.token);
  const known = call && sql.ofCall.get(call.runId, call.turn, call.index);
  if (known !== undefined) return toJob(known);
  if (call !== undefined && sql.isHalted.get(call.runId) !== undefined) throw haltedError();
  if (job.idempotency !== undefined) keys.remember(tenant, job.idempotency, job.id);
  const row = sql.add.get({
    id: job.id,
    ...tenant,
    runId: call?.runId ?? null,
    turn: call?.turn ?? null,
    index: call?.index ?? null,
    type: job.type,
    body: JSON.stringify({ code: job.code, timeoutMs: job.timeoutMs }),
    requestId: job.requestId,
    now,
  });
  return toJob(row);
}

function toProgressRow({ jobId, attempt, workerId, status, at }: JobProgress) {
  const state = status === 'received' ? 'received' : 'running';
  return { id: jobId, attempt, workerId, at, status: state, rank: state === 'received' ? 2 : 3 };
}

function toResultRow({ jobId, outcome, ...result }: JobResult) {
  const error = outcome.status === 'completed' ? undefined : outcome.error;
  return {
    ...result,
    id: jobId,
    status: outcome.status,
    result: outcome.result === undefined ? null : JSON.stringify(outcome.result),
    errorCode: error?.code ?? null,
    errorMessage: error?.message ?? null,
  };
}

function toJob(value: unknown): Job {
  const row = JobRow.parse(value);
  const { code, timeoutMs } = Body.parse(JSON.parse(row.body));
  return {
    id: row.id,
    tenant: { org: row.org_id, user: row.user_id },
    call:
      row.run_id === null
        ? undefined
        : { runId: row.run_id, turn: row.turn ?? 0, index: row.call_index ?? 0 },
    type: row.type,
    status: row.status,
    attempt: row.attempt,
    code,
    timeoutMs,
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
