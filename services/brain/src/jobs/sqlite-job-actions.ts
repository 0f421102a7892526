import { isTerminalJob, type ResolveOutcome } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { Database, Statement } from 'better-sqlite3';
import { prepareReopenDelivery } from '../deliveries/sqlite-reopen-delivery.ts';
import type { Scope } from '../principals/principal.ts';
import { prepareReopenRun } from '../runs/sqlite-reopen-run.ts';
import type { Job } from './job.ts';
import type { JobActionStore, JobMove } from './ports.ts';
import { prepareDropAnswers } from './sqlite-drop-answers.ts';
import { HALT_JOB, toJob } from './sqlite-job-rows.ts';
import type { JobStoreDeps } from './sqlite-job-store.ts';

/** What people do to jobs. */
export function createSqliteJobActions({ db, writer, clock }: JobStoreDeps): JobActionStore {
  const sql = prepareStatements(db);
  const act = (target: Target, change: (job: Job) => Change): Promise<JobMove | undefined> =>
    writer.write(() => {
      const { scope, id } = target;
      const row = sql.find.get({ id, org: scope.org, user: scope.user ?? null });
      return row === undefined ? undefined : toMove(sql, change(toJob(row)));
    });
  return {
    redrive: (scope, id) =>
      act({ scope, id }, (job) => {
        if (job.status !== 'dead') throw notDead(job, 'redriven');
        return { kind: 'requeued', job: update(sql.redrive, { id: job.id }) };
      }),
    dismiss: (scope, id) =>
      act({ scope, id }, (job) => {
        if (job.status !== 'dead') throw notDead(job, 'dismissed');
        return { kind: 'kept', job: update(sql.dismiss, { id: job.id, now: clock.now() }) };
      }),
    halt: (scope, id) =>
      act({ scope, id }, (job) => {
        if (isTerminalJob(job.status)) return { kind: 'kept', job };
        const parameters = { id: job.id, now: clock.now(), why: 'the job was halted' };
        return { kind: 'ended', job: update(sql.halt, parameters) };
      }),
    resolve: (scope, id, said) =>
      act({ scope, id }, (job) => {
        if (job.status !== 'interrupted')
          throw conflict('JOB_NOT_INTERRUPTED', `nobody asks what became of a ${job.status} job`);
        return judge(sql, job, { ...said, now: clock.now() });
      }),
  };
}

interface Target {
  readonly scope: Scope;
  readonly id: string;
}

interface Change extends Pick<JobMove, 'kind' | 'job'> {
  /** The job was interrupted, and has its outcome now, or will have it. */
  readonly isAnswered?: true;
}

type Statements = ReturnType<typeof prepareStatements>;

function toMove(sql: Statements, { kind, job, isAnswered }: Change): JobMove {
  const { call } = job;
  if (kind === 'requeued' || isAnswered === true) sql.deliverAgain(job.id);
  const hasReopened = isAnswered === true && call !== undefined && sql.reopenRun(call.runId);
  return { kind, job, waitMs: 0, hasReopened };
}

interface Judgement {
  readonly outcome: ResolveOutcome;
  readonly result: unknown;
  readonly now: number;
}

function judge(sql: Statements, { id }: Job, { outcome, result, now }: Judgement): Change {
  if (outcome === 'retry') {
    // A person has said that these may be made once more.
    sql.forgetOpenCalls.run(id);
    return { kind: 'requeued', job: update(sql.again, { id }), isAnswered: true };
  }
  const json = result === undefined ? null : JSON.stringify(result);
  const job = update(sql.judge, { id, outcome, result: json, now });
  sql.dropAnswers(job);
  return { kind: 'ended', job, isAnswered: true };
}

function prepareStatements(db: Database) {
  // At the end of the line: those behind it have had their turn meanwhile.
  const anew = `seq = (SELECT max(seq) + 1 FROM job), status = 'queued', attempt = attempt + 1, base_attempt = attempt + 1, failures = 0,
    losses = 0, not_before = NULL, stream_seq = NULL, intent_attempt = NULL, intent_worker = NULL,
    worker_id = NULL, started_at = NULL, finished_at = NULL, result = NULL, error_code = NULL,
    error_message = NULL, dismissed_at = NULL, halted_at = NULL`;
  return {
    reopenRun: prepareReopenRun(db),
    deliverAgain: prepareReopenDelivery(db, 'job_id'),
    dropAnswers: prepareDropAnswers(db),
    find: db.prepare(
      'SELECT * FROM job WHERE id = @id AND org_id = @org AND (@user IS NULL OR user_id = @user)',
    ),
    redrive: db.prepare(`UPDATE job SET ${anew} WHERE id = @id RETURNING *`),
    again: db.prepare(`UPDATE job SET ${anew}, resolution = 'retry' WHERE id = @id RETURNING *`),
    forgetOpenCalls: db.prepare('DELETE FROM tool_call WHERE job_id = ? AND at IS NULL'),
    dismiss: db.prepare('UPDATE job SET dismissed_at = @now WHERE id = @id RETURNING *'),
    halt: db.prepare(`${HALT_JOB} WHERE id = @id RETURNING *`),
    judge: db.prepare(
      `UPDATE job SET resolution = @outcome, finished_at = @now, result = @result,
         status = CASE @outcome WHEN 'happened' THEN 'completed' ELSE 'failed' END,
         error_code = CASE @outcome WHEN 'happened' THEN NULL ELSE 'DID_NOT_HAPPEN' END,
         error_message = CASE @outcome WHEN 'happened' THEN NULL
           ELSE 'a person has said that this did not happen' END
       WHERE id = @id RETURNING *`,
    ),
  };
}

function update(statement: Statement, parameters: Readonly<Record<string, unknown>>): Job {
  return toJob(statement.get(parameters));
}

function notDead({ status }: Job, done: string): AppError {
  return conflict('JOB_NOT_DEAD', `only a dead job is ${done}, and this one is ${status}`);
}

function conflict(reason: string, message: string): AppError {
  return new AppError('CONFLICT', message, { reason });
}
