import { JobId, type JobResult, type JobStart, type JobStartAnswer } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { prepareReopenDelivery } from '../deliveries/sqlite-reopen-delivery.ts';
import type { ToolChecker } from '../mcp/ports.ts';
import { prepareReopenRun } from '../runs/sqlite-reopen-run.ts';
import type { StoreDeps } from '../storage/store-deps.ts';
import { decideStartOf } from './decide-tool-start.ts';
import type { Job } from './job.ts';
import {
  decideGivenUp,
  decideLost,
  decideResult,
  type JobChange,
  MAX_WAIT_MS,
} from './job-state.ts';
import type { JobMove, JobQueueStore, PublishedJob } from './ports.ts';
import { toEndRow, toProgressRow } from './sqlite-job-changes.ts';
import { IS_NEXT, isHead, OPEN_CALL, toJob, UNFINISHED } from './sqlite-job-rows.ts';
import { prepareNoteEnd } from './sqlite-note-end.ts';

/** Jobs that are looked at in one go. */
const LIST_LIMIT = 500;

/** SQL: the job waits no longer. A time that is further off than any wait comes from a clock that was set back since. */
const IS_DUE = `(not_before IS NULL OR not_before <= @now OR not_before > @now + ${MAX_WAIT_MS})`;

/** Order of the states within an attempt. */
const RANK = `CASE status WHEN 'queued' THEN 0 WHEN 'dispatched' THEN 1 WHEN 'received' THEN 2 ELSE 3 END`;

const PublishedRow = z.looseObject({ seq: z.int(), stream_seq: z.int().nullable() });

interface QueueStoreDeps extends StoreDeps {
  /** 0 to 1; spreads the waits before another attempt. */
  readonly random: () => number;
  readonly tools: ToolChecker;
}

export function createSqliteJobQueue(deps: QueueStoreDeps): JobQueueStore {
  const { writer, clock } = deps;
  const sql = prepareStatements(deps.db);
  const apply = (id: JobId, decide: (job: Job) => Decision): JobMove | undefined =>
    applyDecision(sql, { id, decide, now: clock.now() });
  return {
    listNext: () => sql.next.all({ now: clock.now(), limit: LIST_LIMIT }).map(toJob),
    listNextAfter: (job) => listNextAfter(sql, job, clock.now()),
    markDispatched: (marks) =>
      writer.write(() =>
        marks
          .flatMap((mark) => sql.markDispatched.all(mark).map(toJob))
          .filter(({ status }) => status === 'dispatched'),
      ),
    markProgress: (progress) =>
      writer.write(() =>
        progress.flatMap((each) => sql.markProgress.all(toProgressRow(each)).map(toJob)),
      ),
    record: (result) =>
      writer.write(() =>
        apply(result.jobId, (job) => ({
          change: decideResult(job, result, deps.random()),
          result,
        })),
      ),
    start: (ask) => writer.write(() => startJob(apply, deps.tools, ask)),
    listPublished(before, afterSeq) {
      const rows = sql.published.all({ before, afterSeq, now: clock.now(), limit: LIST_LIMIT });
      const found = rows.map(toPublished);
      return { found, isLast: found.length < LIST_LIMIT };
    },
    listHaltedSince: (since) => sql.haltedSince.all(since, LIST_LIMIT).map((id) => JobId.parse(id)),
    noteLost: ({ job: { id, attempt } }) =>
      writer.write(() => apply(id, (job) => ({ change: decideLostAt(job, attempt) }))),
    noteGivenUp: ({ jobId, attempt }) =>
      writer.write(() => apply(jobId, (job) => ({ change: decideGivenUpAt(job, attempt) }))),
    noteQueueCreated: (created) => writer.write(() => noteCreated(sql, apply, created)),
  };
}

interface Decision {
  readonly change: JobChange;
  /** What the worker told, when it is a result that decides. */
  readonly result?: JobResult;
}

type Apply = (id: JobId, decide: (job: Job) => Decision) => JobMove | undefined;

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: Database) {
  return {
    reopenRun: prepareReopenRun(db),
    deliverAgain: prepareReopenDelivery(db, 'job_id'),
    noteEnd: prepareNoteEnd(db),
    find: db.prepare(`SELECT *, ${OPEN_CALL} AS open_call FROM job WHERE id = ?`),
    next: db.prepare(
      `SELECT * FROM job
       WHERE status = 'queued' AND ${UNFINISHED} AND ${IS_DUE} AND ${IS_NEXT}
       ORDER BY seq LIMIT @limit`,
    ),
    // Those behind the first two wait for them.
    nextOfCode: db.prepare(
      `SELECT * FROM job
       WHERE org_id = @org AND user_id = @user AND type = 'code' AND ${UNFINISHED}
         AND status = 'queued' AND ${isHead('job')}
       ORDER BY seq LIMIT 2`,
    ),
    nextOfKey: db.prepare(
      `SELECT * FROM job
       WHERE org_id = @org AND user_id = @user AND ordering_key = @key AND ${UNFINISHED}
       ORDER BY seq LIMIT 1`,
    ),
    isNext: db
      .prepare(`SELECT ${IS_NEXT} AND status = 'queued' AND ${IS_DUE} FROM job WHERE id = @id`)
      .pluck(),
    markDispatched: db.prepare(
      `UPDATE job SET stream_seq = @streamSeq,
         status = CASE status WHEN 'queued' THEN 'dispatched' ELSE status END
       WHERE id = @id AND base_attempt = @attempt AND ${UNFINISHED} RETURNING *`,
    ),
    markProgress: db.prepare(
      `UPDATE job SET status = @status, attempt = @attempt, worker_id = @workerId,
         started_at = CASE @status WHEN 'running' THEN @at ELSE started_at END
       WHERE id = @id AND ${UNFINISHED} AND base_attempt <= @attempt
         AND (attempt < @attempt OR (attempt = @attempt AND ${RANK} < @rank)) RETURNING *`,
    ),
    begin: db.prepare(
      `UPDATE job SET status = 'running', attempt = @attempt, worker_id = @workerId,
         intent_attempt = @attempt, intent_worker = @workerId, losses = @losses, started_at = @now
       WHERE id = @id RETURNING *`,
    ),
    requeue: db.prepare(
      `UPDATE job SET status = 'queued', attempt = @attempt, base_attempt = @attempt,
         failures = @failures, not_before = @notBefore, worker_id = NULL,
         started_at = NULL, intent_attempt = NULL, intent_worker = NULL, stream_seq = NULL
       WHERE id = @id RETURNING *`,
    ),
    end: db.prepare(
      `UPDATE job SET status = @status, attempt = max(attempt, @attempt),
         worker_id = coalesce(@workerId, worker_id), result = @result,
         error_code = @errorCode, error_message = @errorMessage,
         started_at = coalesce(@startedAt, started_at), finished_at = @finishedAt
       WHERE id = @id RETURNING *`,
    ),
    published: db.prepare(
      `SELECT * FROM job
       WHERE status <> 'queued' AND ${UNFINISHED} AND seq > @afterSeq
         AND (created_at < @before OR created_at > @now)
       ORDER BY seq LIMIT @limit`,
    ),
    haltedSince: db
      .prepare(
        'SELECT id FROM job WHERE halted_at IS NOT NULL AND halted_at >= ? ORDER BY halted_at DESC LIMIT ?',
      )
      .pluck(),
    readMeta: db.prepare('SELECT value FROM meta WHERE key = ?').pluck(),
    writeMeta: db.prepare(
      'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    ),
  };
}

function listNextAfter(sql: Statements, { tenant, spec, orderingKey }: Job, now: number): Job[] {
  const rows = [
    ...(spec.type === 'code' ? sql.nextOfCode.all(tenant) : []),
    ...(orderingKey === undefined ? [] : sql.nextOfKey.all({ ...tenant, key: orderingKey })),
  ];
  return rows.map(toJob).filter(({ id }) => sql.isNext.get({ id, now }) === 1);
}

function startJob(
  apply: Apply,
  tools: ToolChecker,
  ask: JobStart,
): { readonly answer: JobStartAnswer; readonly move?: JobMove } {
  let answer: JobStartAnswer = { answer: 'refused', code: 'UNKNOWN' };
  const move = apply(ask.jobId, (job) => {
    const decision = decideStartOf(tools, job, ask);
    answer = decision.answer;
    return decision;
  });
  return { answer, ...(move !== undefined && { move }) };
}

/** Between the look and this another attempt may have begun. */
function decideLostAt(job: Job, attempt: number): JobChange {
  return job.attempt === attempt ? decideLost(job) : { kind: 'ignore' };
}

/** The server may tell twice, and the second time of a message that another one has replaced. */
function decideGivenUpAt(job: Job, attempt: number): JobChange {
  return job.baseAttempt === attempt ? decideGivenUp(job) : { kind: 'ignore' };
}

function noteCreated(
  sql: Statements,
  apply: Apply,
  created: string,
): readonly JobMove[] | undefined {
  const known = sql.readMeta.get('jobs_created');
  if (known === created) return undefined;
  sql.writeMeta.run('jobs_created', created);
  if (known === undefined) return undefined;
  return sql.published
    .all({ before: Number.MAX_SAFE_INTEGER, now: 0, afterSeq: 0, limit: -1 })
    .map((row) => apply(toJob(row).id, (job) => ({ change: decideLost(job) })))
    .filter((move) => move !== undefined);
}

function toPublished(value: unknown): PublishedJob {
  const { seq, stream_seq: streamSeq } = PublishedRow.parse(value);
  return { seq, job: toJob(value), streamSeq: streamSeq ?? undefined };
}

interface Application {
  readonly id: JobId;
  readonly decide: (job: Job) => Decision;
  readonly now: number;
}

function applyDecision(sql: Statements, { id, decide, now }: Application): JobMove | undefined {
  const row = sql.find.get(id);
  if (row === undefined) return undefined;
  const before = toJob(row);
  const { change, result } = decide(before);
  const plain = { waitMs: 0, hasReopened: false };
  switch (change.kind) {
    case 'ignore':
      return undefined;
    case 'begin':
      return { ...plain, kind: 'begun', job: toJob(sql.begin.get({ id, now, ...change })) };
    case 'requeue': {
      const notBefore = change.waitMs === 0 ? null : now + change.waitMs;
      const job = toJob(sql.requeue.get({ id, notBefore, ...change }));
      return { ...plain, kind: 'requeued', job, waitMs: change.waitMs };
    }
    case 'end': {
      const job = toJob(sql.end.get({ id, ...toEndRow(change, result, now) }));
      sql.noteEnd(job, now);
      const isAnswer = before.status === 'interrupted';
      if (isAnswer) sql.deliverAgain(id);
      const hasReopened = isAnswer && job.call !== undefined && sql.reopenRun(job.call.runId);
      return { ...plain, kind: 'ended', job, hasReopened };
    }
    default:
      return change satisfies never;
  }
}
