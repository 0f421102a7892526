import {
  type JobId,
  type PlacedResult,
  ReplayClass,
  type ToolCallAsked,
  ToolCallResult,
  type ToolCallsAnswer,
  type ToolCallsAsk,
  type ToolCallVerdict,
} from '@bakerst/contracts';
import type { Secrets } from '@bakerst/kit/secrets';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { CallBudget, ToolChecker } from '../mcp/ports.ts';
import type { Job } from './job.ts';
import { toOpenQuestion } from './job-state.ts';
import type { JobMove, ToolCallStore } from './ports.ts';
import { toJob } from './sqlite-job-rows.ts';
import type { JobStoreDeps } from './sqlite-job-store.ts';
import { decideKnownCall, type StoredCall, whyStopped } from './tool-call-rules.ts';

interface ToolCallStoreDeps extends JobStoreDeps {
  readonly tools: ToolChecker;
  readonly budget: CallBudget;
  readonly secrets: Pick<Secrets, 'redact'>;
}

const CallRow = z.object({
  server: z.string(),
  tool: z.string(),
  args_hash: z.string(),
  preview: z.string(),
  replay: ReplayClass,
  attempt: z.int().nullable(),
  worker_id: z.string().nullable(),
  place: z.int().nullable(),
  at: z.int().nullable(),
  result: z.string().nullable(),
});

/** The journal of the tool calls that code makes. */
export function createSqliteToolCalls(deps: ToolCallStoreDeps): ToolCallStore {
  const sql = prepareStatements(deps.db);
  return {
    ask: (ask) => deps.writer.write(() => decideCalls({ ...deps, sql }, ask)),
    note: ({ results, ...done }) =>
      deps.writer.write(() => {
        const job = readJob(sql, done.jobId);
        if (job === undefined || whyStopped(job, done) !== undefined) return false;
        noteResults({ ...deps, sql }, job.id, results);
        return true;
      }),
  };
}

type Statements = ReturnType<typeof prepareStatements>;

interface Deciding extends ToolCallStoreDeps {
  readonly sql: Statements;
}

type Decision = Awaited<ReturnType<ToolCallStore['ask']>>;

function prepareStatements(db: Database) {
  return {
    findJob: db.prepare('SELECT * FROM job WHERE id = ?'),
    take: db.prepare(
      `UPDATE job SET attempt = @attempt, worker_id = @workerId, status = 'running',
         started_at = coalesce(started_at, @now)
       WHERE id = @jobId AND attempt < @attempt`,
    ),
    find: db.prepare('SELECT * FROM tool_call WHERE job_id = ? AND call_index = ?'),
    add: db.prepare(
      `INSERT INTO tool_call (job_id, call_index, run_id, server, tool, args_hash, preview, replay,
         attempt, worker_id, cost)
       VALUES (@jobId, @index, @runId, @server, @tool, @hash, @preview, @replay, @attempt,
         @workerId, @cost)`,
    ),
    again: db.prepare(
      `UPDATE tool_call SET attempt = @attempt, worker_id = @workerId, replay = @replay,
         cost = max(cost, @cost)
       WHERE job_id = @jobId AND call_index = @index`,
    ),
    note: db.prepare(
      `UPDATE tool_call SET place = @order, at = @at, result = @result,
         cost = CASE WHEN cost = 0 THEN 0 ELSE max(cost, @downstream) END
       WHERE job_id = @jobId AND call_index = @index AND at IS NULL`,
    ),
    interrupt: db.prepare(
      `UPDATE job SET status = 'interrupted', attempt = @attempt, finished_at = @now,
         error_code = 'OUTCOME_UNKNOWN', error_message = @message
       WHERE id = @jobId RETURNING *`,
    ),
  };
}

function readJob(sql: Statements, id: JobId): Job | undefined {
  const row = sql.findJob.get(id);
  return row === undefined ? undefined : toJob(row);
}

function decideCalls(deciding: Deciding, ask: ToolCallsAsk): Decision {
  const { sql, clock } = deciding;
  const job = readJob(sql, ask.jobId);
  const why = job === undefined ? 'UNKNOWN' : whyStopped(job, ask);
  if (job === undefined || why !== undefined) return stop(why ?? 'UNKNOWN', 'the job is decided');
  // Whoever comes later is the one that counts: an attempt that was given up gets no further.
  sql.take.run({ ...toPlace(ask), now: clock.now() });
  noteResults(deciding, job.id, ask.results);
  const verdicts: ToolCallVerdict[] = [];
  for (const asked of ask.calls) {
    const verdict = decideCall(deciding, { job, ask, asked });
    if ('answer' in verdict) verdicts.push(verdict);
    else return verdict.stops;
  }
  return { answer: { answer: 'decided', verdicts } };
}

interface Asked {
  readonly job: Job;
  readonly ask: ToolCallsAsk;
  readonly asked: ToolCallAsked;
}

function decideCall(
  deciding: Deciding,
  { job, ask, asked }: Asked,
): ToolCallVerdict | { readonly stops: Decision } {
  const row = deciding.sql.find.get(job.id, asked.index);
  if (row === undefined) return allow(deciding, { job, ask, asked }, false);
  const known = toStored(row);
  switch (decideKnownCall(known, asked, ask)) {
    case 'diverged':
      return { stops: diverged(known, asked) };
    case 'unknown':
      return { stops: interrupt(deciding, ask, known) };
    case 'recorded':
      return { answer: 'recorded', recorded: toPlaced(row, asked.index) };
    default:
      return allow(deciding, { job, ask, asked }, true);
  }
}

/** A call that is refused is written down too: whatever is allowed later, the code is told the same again. */
function allow(deciding: Deciding, { job, ask, asked }: Asked, isKnown: boolean): ToolCallVerdict {
  const { sql, tools, budget } = deciding;
  const { index, server, tool, hash, preview } = asked;
  const runId = job.call?.runId;
  const checked = tools.checkTool(job.tenant.org, { server, tool });
  const overspent = runId === undefined || isKnown ? undefined : budget.check(runId, 1);
  const error = checked.ok ? overspent : checked.error;
  const isMade = checked.ok && error === undefined;
  const row = {
    ...toPlace(ask),
    index,
    replay: isMade ? checked.replay : 'safe',
    cost: isMade ? 1 : 0,
    ...(!isMade && { attempt: null, workerId: null }),
  };
  if (isKnown) sql.again.run(row);
  else
    sql.add.run({
      ...row,
      runId: runId ?? null,
      server,
      tool,
      hash,
      preview: deciding.secrets.redact(preview),
    });
  if (!isMade) return { answer: 'refused', error: error ?? { code: 'REFUSED', message: '' } };
  const { ok: _, ...spelled } = checked;
  return { answer: 'go', ...spelled };
}

function toPlace({ jobId, attempt, workerId }: ToolCallsAsk) {
  return { jobId, attempt, workerId };
}

/** An answer that is there stays as it is: whoever tells it twice tells the same. */
function noteResults(
  { sql, secrets }: Deciding,
  jobId: JobId,
  results: readonly PlacedResult[],
): void {
  for (const { index, order, at, result, downstream = 1 } of results) {
    const text = secrets.redact(JSON.stringify(result));
    sql.note.run({ jobId, index, order, at, result: text, downstream });
  }
}

function interrupt(
  { sql, clock }: Deciding,
  ask: ToolCallsAsk,
  { server, tool, preview }: StoredCall,
): Decision {
  const { message } = toOpenQuestion(`${server}.${tool}(${preview})`);
  const job = toJob(sql.interrupt.get({ ...toPlace(ask), now: clock.now(), message }));
  const move: JobMove = { job, kind: 'ended', waitMs: 0, hasReopened: false };
  return { ...stop('INTERRUPTED', message), move };
}

function diverged(known: StoredCall, asked: ToolCallAsked): Decision {
  const before = `${known.server}.${known.tool}`;
  const now = `${asked.server}.${asked.tool}`;
  const what = before === now ? 'the same tool with other arguments' : now;
  return stop(
    'REPLAY_DIVERGED',
    `call ${asked.index + 1} was ${before} before the worker was lost, and is ${what} now: nothing more is called`,
  );
}

function stop(code: string, message: string): { readonly answer: ToolCallsAnswer } {
  return { answer: { answer: 'stop', code, message } };
}

function toStored(value: unknown): StoredCall {
  const row = CallRow.parse(value);
  return {
    server: row.server,
    tool: row.tool,
    hash: row.args_hash,
    preview: row.preview,
    replay: row.replay,
    intent:
      row.attempt === null ? undefined : { attempt: row.attempt, workerId: row.worker_id ?? '' },
    hasResult: row.at !== null,
  };
}

function toPlaced(value: unknown, index: number): PlacedResult {
  const { place, at, result } = CallRow.parse(value);
  return {
    index,
    order: place ?? 0,
    at: at ?? 0,
    result: ToolCallResult.parse(JSON.parse(result ?? 'null')),
  };
}
