import {
  ConversationId,
  ErrorCode,
  OrgId,
  type RunFailure,
  RunId,
  RunStatus,
  UserId,
} from '@bakerst/contracts';
import type { Database, Statement } from 'better-sqlite3';
import { z } from 'zod';
import { toFirstWords, unknownConversation } from '../conversations/conversation.ts';
import type { Body } from './ports.ts';
import type { Run, RunSummary, StoredStep, Wanted } from './run.ts';
import { RunStep } from './run-step.ts';

const RunRow = z.object({
  id: RunId,
  org_id: OrgId,
  user_id: UserId,
  conversation_id: ConversationId,
  message_seq: z.int(),
  lock_key: z.string(),
  status: RunStatus,
  takeover: z.int(),
  request_id: z.string(),
  wanted_persona: z.string().nullable(),
  wanted_model: z.string().nullable(),
  created_at: z.int(),
});

const SummaryRow = RunRow.extend({
  // It goes with its conversation, a moment before the run does.
  message: z
    .string()
    .nullable()
    .transform((text) => text ?? ''),
  responses: z.string().nullable(),
  model: z.string().nullable(),
  turns: z.int(),
  input_tokens: z.int(),
  output_tokens: z.int(),
  cache_creation_input_tokens: z.int(),
  cache_read_input_tokens: z.int(),
  cost_usd: z.number().nullable(),
  error_code: ErrorCode.nullable(),
  error_message: z.string().nullable(),
  error_reason: z.string().nullable(),
  error_retry_after_ms: z.int().nullable(),
  notice_code: z.string().nullable(),
  notice_message: z.string().nullable(),
  position: z.int().positive().nullable(),
  merged_into: RunId.nullable(),
  finished_at: z.int().nullable(),
});

const StepRow = z.object({
  type: z.string(),
  payload: z.string(),
  at: z.int(),
  takeover: z.int(),
  event_n: z.int(),
});

const Responses = z.array(z.string());

/** SQL: the run has no answer yet. Spelt as in the partial index, so that it is used. */
export const UNFINISHED = `status IN ('queued', 'running', 'waiting')`;

/** SQL: the run of a lock that is on; while none is, the one that goes on as soon as it has the lock. */
export const SELECT_RUNNING = `SELECT id, conversation_id FROM run
  WHERE lock_key = ? AND status <> 'queued' AND ${UNFINISHED}
  ORDER BY status = 'waiting', seq LIMIT 1`;

/** SQL: a SummaryRow for each run. */
export const SELECT_SUMMARY = `SELECT run.*,
    (SELECT content FROM message WHERE message.conversation_id = run.conversation_id
     AND message.seq = run.message_seq) AS message,
    CASE run.status WHEN 'queued' THEN
      (SELECT count(*) FROM run waiting WHERE waiting.lock_key = run.lock_key
       AND waiting.status = 'queued' AND waiting.seq <= run.seq) END AS position
  FROM run`;

/** Columns of a RunRow. */
export const RUN_COLUMNS =
  'id, org_id, user_id, conversation_id, message_seq, lock_key, status, takeover, request_id, wanted_persona, wanted_model, created_at';

export function toRun(row: unknown): Run {
  return fromRow(RunRow.parse(row));
}

function fromRow(run: z.infer<typeof RunRow>): Run {
  return {
    id: run.id,
    tenant: { org: run.org_id, user: run.user_id },
    conversationId: run.conversation_id,
    messageSeq: run.message_seq,
    lockKey: run.lock_key,
    status: run.status,
    takeover: run.takeover,
    requestId: run.request_id,
    wanted: {
      persona: run.wanted_persona ?? undefined,
      model: run.wanted_model ?? undefined,
    },
    createdAt: run.created_at,
  };
}

function toFailure(row: z.infer<typeof SummaryRow>): RunFailure | undefined {
  if (row.error_code === null) return undefined;
  return {
    code: row.error_code,
    message: row.error_message ?? '',
    ...(row.error_reason !== null && { reason: row.error_reason }),
    ...(row.error_retry_after_ms !== null && { retry_after_ms: row.error_retry_after_ms }),
  };
}

export function toSummary(value: unknown): RunSummary {
  const row = SummaryRow.parse(value);
  return {
    ...fromRow(row),
    message: row.message,
    responses: row.responses === null ? [] : Responses.parse(JSON.parse(row.responses)),
    model: row.model ?? undefined,
    turns: row.turns,
    usage: {
      input_tokens: row.input_tokens,
      output_tokens: row.output_tokens,
      cache_creation_input_tokens: row.cache_creation_input_tokens,
      cache_read_input_tokens: row.cache_read_input_tokens,
    },
    costUsd: row.cost_usd ?? undefined,
    failure: toFailure(row),
    notice:
      row.notice_code === null
        ? undefined
        : { code: row.notice_code, message: row.notice_message ?? '' },
    position: row.position ?? undefined,
    mergedInto: row.merged_into ?? undefined,
    finishedAt: row.finished_at ?? undefined,
  };
}

export function toStoredStep(value: unknown): StoredStep {
  const row = StepRow.parse(value);
  return {
    step: RunStep.parse({ ...z.looseObject({}).parse(JSON.parse(row.payload)), type: row.type }),
    at: row.at,
    covers: { takeover: row.takeover, n: row.event_n },
  };
}

export interface NewStepRow {
  readonly runId: RunId;
  readonly step: RunStep;
  readonly at: number;
  readonly takeover: number;
  readonly eventN: number;
}

/** SQL: who is to answer a message, by its own choice or that of its conversation. */
export const WANTED = `coalesce(@persona, (SELECT persona FROM conversation WHERE id = @conversationId)),
         coalesce(@model, (SELECT model FROM conversation WHERE id = @conversationId))`;

export function toWantedRow({ persona, model }: Wanted) {
  return { persona: persona ?? null, model: model ?? null };
}

/** SQL that opens a conversation of a user, unless another message of theirs has just done so. */
export const INSERT_CONVERSATION = `INSERT INTO conversation (id, org_id, user_id, is_default, created_at, updated_at)
  VALUES (@id, @org, @user, @isDefault, @now, @now) ON CONFLICT (id) DO NOTHING`;

/** SQL that gives the id of a user's default conversation. */
export const DEFAULT_CONVERSATION =
  'SELECT id FROM conversation WHERE org_id = ? AND user_id = ? AND is_default = 1 AND deleted_at IS NULL';

const NEXT_MESSAGE_SEQ = `UPDATE conversation SET last_seq = last_seq + 1, updated_at = @now, archived_at = NULL,
    title_source = CASE WHEN title IS NULL THEN 'words' ELSE title_source END,
    title = coalesce(title, @title)
  WHERE id = @id AND deleted_at IS NULL RETURNING last_seq`;

interface MessagePlace {
  readonly id: ConversationId;
  readonly message: string;
  readonly now: number;
}

/**
 * Prepares what gives a message its place in its conversation, and the conversation a title if it has none. Throws
 * AppError NOT_FOUND for one that has just been deleted.
 */
export function prepareNextPlace(db: Database): (place: MessagePlace) => number {
  const next = db.prepare(NEXT_MESSAGE_SEQ).pluck();
  return ({ id, message, now }) => {
    const seq = next.get({ id, now, title: toFirstWords(message) });
    if (seq === undefined) throw unknownConversation();
    return z.int().parse(seq);
  };
}

/** SQL that stores the message of a run. */
export const INSERT_MESSAGE = `INSERT INTO message (conversation_id, seq, run_id, role, content, created_at)
  VALUES (@conversationId, @messageSeq, @runId, 'user', @message, @now)`;

/** SQL that stores a text, and notes when it was last used, to the hour: it is not to cost every run a write. */
export const INSERT_BODY = `INSERT INTO body (hash, content, used_at) VALUES (@hash, @content, @now)
  ON CONFLICT DO UPDATE SET used_at = excluded.used_at WHERE used_at < excluded.used_at - 3600000`;

/** SQL that appends a step after the last one of its run; parameters as `toStepParameters` gives them. */
export const INSERT_STEP = `INSERT INTO run_step (run_id, seq, type, payload, at, takeover, event_n)
  VALUES (@runId, (SELECT coalesce(max(seq), 0) + 1 FROM run_step WHERE run_id = @runId),
          @type, @payload, @at, @takeover, @eventN)`;

export function insertStep(insert: Statement, { step, ...row }: NewStepRow): void {
  const { type, ...payload } = step;
  insert.run({ ...row, type, payload: JSON.stringify(payload) });
}

/** Stores texts that steps name. */
export function addBodies(
  insert: Statement,
  bodies: readonly Body[] | undefined,
  now: number,
): void {
  for (const { hash, content } of bodies ?? []) insert.run({ hash, content, now });
}
