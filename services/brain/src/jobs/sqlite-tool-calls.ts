import type {
  JobId,
  PlacedResult,
  ToolCallAsked,
  ToolCallsAnswer,
  ToolCallsAsk,
  ToolCallsDone,
  ToolCallVerdict,
} from '@bakerst/contracts';
import type { Secrets } from '@bakerst/kit/secrets';
import type { Database } from 'better-sqlite3';
import type { CallBudget, ToolChecker } from '../mcp/ports.ts';
import type { StoreDeps } from '../storage/store-deps.ts';
import type { Job } from './job.ts';
import { toOpenQuestion } from './job-state.ts';
import type { JobMove, ToolCallStore } from './ports.ts';
import { toJob } from './sqlite-job-rows.ts';
import { toPlacedResult, toStoredCall } from './sqlite-tool-call-rows.ts';
import {
  checkCall,
  decideKnownCall,
  isMadeBy,
  type StoredCall,
  whyStopped,
} from './tool-call-rules.ts';

interface ToolCallStoreDeps extends StoreDeps {
  readonly tools: ToolChecker;
  readonly budget: CallBudget;
  readonly secrets: Pick<Secrets, 'redact'>;
}

/** Verdicts of one answer: far below what a message of the bus may hold (2 MB). */
const ANSWER_BYTES = 1_000_000;
const PREVIEW_CHARS = 500;

/** The journal of the tool calls that code makes. */
export function createSqliteToolCalls(deps: ToolCallStoreDeps): ToolCallStore {
  const sql = prepareStatements(deps.db);
  return {
    ask: (ask) => deps.writer.write(() => decideCalls({ ...deps, sql }, ask)),
    note: (done) => deps.writer.write(() => noteDone({ ...deps, sql }, done)),
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
  let bytes = 0;
  for (const asked of ask.calls) {
    const verdict = decideCall(deciding, { job, ask, asked });
    if (!('answer' in verdict)) return verdict.stops;
    bytes += Buffer.byteLength(JSON.stringify(verdict));
    // What does not fit is asked for again; a call that is allowed is as small as its names.
    if (verdicts.length > 0 && bytes > ANSWER_BYTES) break;
    verdicts.push(verdict);
  }
  return { answer: { answer: 'decided', verdicts }, job };
}

/**
 * A job that was interrupted meanwhile still learns what its calls came to, from whoever made them: a person who has them
 * tried again has none of these made twice.
 */
function noteDone(deciding: Deciding, { results, ...done }: ToolCallsDone): boolean {
  const { sql } = deciding;
  const job = readJob(sql, done.jobId);
  if (job === undefined) return false;
  const why = whyStopped(job, done);
  const own = results.filter(({ index }) => {
    const row = sql.find.get(job.id, index);
    return row !== undefined && isMadeBy(toStoredCall(row), done);
  });
  if (why === undefined) noteResults(deciding, job.id, results);
  else if (job.status === 'interrupted') noteResults(deciding, job.id, own);
  return why === undefined;
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
  if (row === undefined) return allow(deciding, { job, ask, asked });
  const known = toStoredCall(row);
  switch (decideKnownCall(known, asked, ask)) {
    case 'diverged':
      return { stops: diverged(known, asked) };
    case 'unknown':
      return { stops: interrupt(deciding, ask, known) };
    case 'recorded':
      return { answer: 'recorded', recorded: toPlacedResult(row, asked.index) };
    case 'again':
      return allow(deciding, { job, ask, asked }, known);
    default:
      throw new TypeError('a known call is one of these');
  }
}

/** A call that is refused is written down too, and its answer like every other one once the code has been handed it. */
function allow(
  deciding: Deciding,
  { job, ask, asked }: Asked,
  known?: StoredCall,
): ToolCallVerdict {
  const { sql, tools, budget } = deciding;
  const { index, server, tool, hash, preview } = asked;
  const runId = job.call?.runId;
  const checked = checkCall(tools, job, { server, tool });
  // One that was allowed before has its unit already.
  const isPaid = known?.intent !== undefined;
  const overspent = runId === undefined || isPaid ? undefined : budget.check(runId, 1);
  const error = checked.ok ? overspent : checked.error;
  const isMade = checked.ok && error === undefined;
  const row = {
    ...toPlace(ask),
    index,
    replay: isMade ? checked.replay : 'safe',
    cost: isMade ? 1 : 0,
    ...(!isMade && { attempt: null, workerId: null }),
  };
  if (known !== undefined) sql.again.run(row);
  else
    sql.add.run({
      ...row,
      runId: runId ?? null,
      server,
      tool,
      hash,
      preview: deciding.secrets.redact(preview).slice(0, PREVIEW_CHARS),
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
    sql.note.run({ jobId, index, order, at, downstream, result: toStoredResult(result, secrets) });
  }
}

/** The text of a value is JSON by itself: there a secret is found, and not once more inside JSON. */
function toStoredResult(
  result: PlacedResult['result'],
  { redact }: ToolCallStoreDeps['secrets'],
): string {
  return result.ok
    ? JSON.stringify({ ...result, json: redact(result.json) })
    : redact(JSON.stringify(result));
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
