import type { RunId } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { prepareLearnAgain } from '../conversations/sqlite-message-search.ts';
import type { RunEnd } from './run.ts';

/** Prepares what stores, inside a transaction, how a run has ended, with its answer. */
export function prepareFinishRun(db: Database): (runId: RunId, end: RunEnd, now: number) => void {
  const sql = prepareStatements(db);
  return (runId, end, now) => {
    // A failed run keeps its message; it has no answer that later turns could read.
    const isAnswered = end.status !== 'failed';
    const answerSeq = isAnswered ? sql.nextSeq.get(runId) : undefined;
    sql.finish.run({ runId, now, answerSeq: answerSeq ?? null, ...toEndRow(end) });
    if (!isAnswered) return;
    sql.addAnswer.run(end.responses.join('\n'), runId);
    // A run that went on after a question had its place for an answer already, and perhaps another one there.
    if (answerSeq === undefined) sql.learnAgain(runId);
  };
}

function toEndRow({ status, responses, model, turns, usage, costUsd, failure, notice }: RunEnd) {
  return {
    status,
    responses: JSON.stringify(responses),
    model: model ?? null,
    turns,
    ...usage,
    costUsd: costUsd ?? null,
    errorCode: failure?.code ?? null,
    errorMessage: failure?.message ?? null,
    errorReason: failure?.reason ?? null,
    errorRetryAfterMs: failure?.retry_after_ms ?? null,
    noticeCode: notice?.code ?? null,
    noticeMessage: notice?.message ?? null,
  };
}

function prepareStatements(db: Database) {
  return {
    learnAgain: prepareLearnAgain(db),
    finish: db.prepare(
      `UPDATE run SET status = @status, responses = @responses, model = @model, turns = @turns,
         input_tokens = @input_tokens, output_tokens = @output_tokens,
         cache_creation_input_tokens = @cache_creation_input_tokens,
         cache_read_input_tokens = @cache_read_input_tokens, cost_usd = @costUsd,
         error_code = @errorCode, error_message = @errorMessage, error_reason = @errorReason,
         error_retry_after_ms = @errorRetryAfterMs,
         notice_code = @noticeCode, notice_message = @noticeMessage, finished_at = @now,
         answer_seq = coalesce(@answerSeq, answer_seq)
       WHERE id = @runId`,
    ),
    nextSeq: db
      .prepare(
        `UPDATE conversation SET last_seq = last_seq + 1
         WHERE id = (SELECT conversation_id FROM run WHERE id = ? AND answer_seq IS NULL)
         RETURNING last_seq`,
      )
      .pluck(),
    addAnswer: db.prepare(
      `INSERT INTO message (conversation_id, seq, run_id, role, content, asked_seq, created_at)
       SELECT conversation_id, answer_seq, id, 'assistant', ?, message_seq, finished_at
       FROM run WHERE id = ?
       ON CONFLICT DO UPDATE SET content = excluded.content`,
    ),
  };
}
