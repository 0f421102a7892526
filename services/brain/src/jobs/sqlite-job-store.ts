import { isTerminalJob, JobStatus, type Tenant } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { prepareAddDelivery } from '../deliveries/sqlite-add-delivery.ts';
import { createSqliteKeyStore, type SqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import { ENSURE_USER } from '../principals/sqlite-ensure-user.ts';
import { haltedError } from '../runs/active-run.ts';
import { createSqliteFence, type Fence } from '../runs/sqlite-fence.ts';
import type { StoreDeps } from '../storage/store-deps.ts';
import type { Job } from './job.ts';
import type { AddedJob, JobStore, NewJob } from './ports.ts';
import { IS_NEXT, toJob, UNFINISHED } from './sqlite-job-rows.ts';

/** Jobs of one user that wait or are worked on, beside those of runs. */
const MAX_UNFINISHED = 1_000;

const Seq = z.looseObject({ seq: z.int() });

export function createSqliteJobStore({ db, writer, clock }: StoreDeps): JobStore {
  const sql = prepareStatements(db);
  const fence = createSqliteFence(db);
  const keys = createSqliteKeyStore(db, clock);
  return {
    find: (scope, id) =>
      toJobOrNone(sql.find.get({ id, org: scope.org, user: scope.user ?? null })),
    list(scope, filter, { beforeSeq, limit }) {
      const rows = (scope.user === undefined ? sql.listOfOrg : sql.listOfUser).all({
        org: scope.org,
        user: scope.user ?? null,
        status: filter.status ?? null,
        type: filter.type ?? null,
        runId: filter.runId ?? null,
        before: beforeSeq ?? Number.MAX_SAFE_INTEGER,
        limit,
      });
      return rows.map((row) => ({ seq: Seq.parse(row).seq, job: toJob(row) }));
    },
    isFinished: (id) => isTerminalJob(JobStatus.parse(sql.status.get(id))),
    findOfCall: (call) => toJobOrNone(sql.ofCall.get(call.runId, call.turn, call.index)),
    findAny: (id) => toJobOrNone(sql.any.get(id)),
    add: (tenant, job) =>
      writer.write(() => addJob({ sql, fence, keys }, { tenant, job, now: clock.now() })),
  };
}

/** Prepares what stores a job inside a transaction; see `JobStore.add`. */
export function prepareAddJob(
  db: Database,
  keys: SqliteKeyStore,
): (tenant: Tenant, job: NewJob, now: number) => AddedJob {
  const deps = { sql: prepareStatements(db), fence: createSqliteFence(db), keys };
  return (tenant, job, now) => addJob(deps, { tenant, job, now });
}

function toJobOrNone(row: unknown): Job | undefined {
  return row === undefined ? undefined : toJob(row);
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: Database) {
  const list = (whose: string) =>
    db.prepare(
      `SELECT * FROM job WHERE ${whose} AND seq < @before
         AND (@status IS NULL OR status = @status) AND (@type IS NULL OR type = @type)
         AND (@runId IS NULL OR run_id = @runId)
         AND (dismissed_at IS NULL OR @runId IS NOT NULL)
       ORDER BY seq DESC LIMIT @limit`,
    );
  return {
    find: db.prepare(
      'SELECT * FROM job WHERE id = @id AND org_id = @org AND (@user IS NULL OR user_id = @user)',
    ),
    listOfUser: list('org_id = @org AND user_id = @user'),
    // The plus keeps the index of users away: the newest of an org are found by walking back from the end.
    listOfOrg: list('+org_id = @org AND @user IS NULL'),
    ofCall: db.prepare('SELECT * FROM job WHERE run_id = ? AND turn = ? AND call_index = ?'),
    any: db.prepare('SELECT * FROM job WHERE id = ?'),
    status: db.prepare('SELECT status FROM job WHERE id = ?').pluck(),
    isHalted: db.prepare('SELECT 1 FROM run WHERE id = ? AND halt_requested_at IS NOT NULL'),
    isNext: db.prepare(`SELECT ${IS_NEXT} FROM job WHERE id = ?`).pluck(),
    ensureUser: db.prepare(ENSURE_USER),
    deliver: prepareAddDelivery(db),
    countUnfinished: db
      .prepare(`SELECT count(*) FROM job WHERE org_id = @org AND user_id = @user AND ${UNFINISHED}`)
      .pluck(),
    add: db.prepare(
      `INSERT INTO job (id, org_id, user_id, run_id, turn, call_index, type, status, attempt, body,
         request_id, replay, ordering_key, created_at)
       VALUES (@id, @org, @user, @runId, @turn, @index, @type, 'queued', 1, @body, @requestId,
         @replay, @orderingKey, @now)
       RETURNING *`,
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

function addJob({ sql, fence, keys }: AddDeps, { tenant, job, now }: Addition): AddedJob {
  const { call, spec } = job;
  if (job.fence !== undefined) fence.check(job.fence.lockKey, job.fence.token);
  const known = call && sql.ofCall.get(call.runId, call.turn, call.index);
  // One that was there before is sent by whoever looks for what waits.
  if (known !== undefined) return { job: toJob(known), isNext: false };
  if (call !== undefined && sql.isHalted.get(call.runId) !== undefined) throw haltedError();
  if (call === undefined) admit(sql, tenant, now);
  job.admit?.();
  if (job.idempotency !== undefined) keys.remember(tenant, job.idempotency, job.id);
  const { type, ...body } = spec;
  const row = sql.add.get({
    id: job.id,
    ...tenant,
    runId: call?.runId ?? null,
    turn: call?.turn ?? null,
    index: call?.index ?? null,
    type,
    body: JSON.stringify(body),
    requestId: job.requestId,
    replay: job.replay,
    orderingKey: job.orderingKey ?? null,
    now,
  });
  if (job.delivery !== undefined)
    sql.deliver({ tenant, delivery: job.delivery, subject: { kind: 'job', jobId: job.id }, now });
  return { job: toJob(row), isNext: sql.isNext.get(job.id) === 1 };
}

/** A run has been admitted with its message; whoever posts a job by itself comes in here. */
function admit(sql: Statements, tenant: Tenant, now: number): void {
  if (z.int().parse(sql.countUnfinished.get(tenant)) >= MAX_UNFINISHED) throw tooManyJobs();
  sql.ensureUser.run({ ...tenant, now });
}

function tooManyJobs(): AppError {
  return new AppError(
    'QUEUE_DEPTH_EXCEEDED',
    `${MAX_UNFINISHED} jobs are under way already; let some of them end first`,
    { reason: 'QUEUE_DEPTH_EXCEEDED', retryAfterMs: 5_000 },
  );
}
