import { z } from 'zod';
import { ErrorCode } from './error-codes.ts';
import { ConversationId, RunId } from './ids.ts';
import { Usage } from './usage.ts';

export const RunStatus = z.enum([
  'queued',
  'running',
  'waiting',
  'completed',
  'failed',
  'halted',
  'uncertain',
]);
export type RunStatus = z.infer<typeof RunStatus>;

const TERMINAL: ReadonlySet<RunStatus> = new Set(['completed', 'failed', 'halted', 'uncertain']);

/** True once a run's answer stands. */
export function isTerminalRun(status: RunStatus): boolean {
  return TERMINAL.has(status);
}

export const RunFailure = z
  .object({
    code: ErrorCode,
    message: z.string(),
    reason: z.string().optional(),
    /** When another try may do better. */
    retry_after_ms: z.int().nonnegative().optional(),
  })
  .meta({ id: 'RunFailure' });
export type RunFailure = z.infer<typeof RunFailure>;

/** `code` is one of ITERATION_LIMIT, TOKEN_LIMIT, REFUSED, CONTEXT_LIMIT, HALTED, UNCERTAIN, RESTORED. */
export const RunNotice = z.object({ code: z.string(), message: z.string() });
export type RunNotice = z.infer<typeof RunNotice>;

const Time = z.iso.datetime();

/** `GET /api/v1/runs/:id`; `answer` is null until there is one. */
export const RunView = z
  .object({
    id: RunId,
    status: RunStatus,
    conversation_id: ConversationId,
    message: z.string(),
    answer: z.string().nullable(),
    model: z.string().nullable(),
    turns: z.int().nonnegative(),
    usage: Usage,
    /** US dollars by the price list; null when the model has no price there. */
    cost_usd: z.number().nonnegative().nullable(),
    error: RunFailure.nullable(),
    /** Why the answer ended otherwise than meant: a limit, a refusal, a halt. */
    notice: RunNotice.nullable(),
    /** Place among the messages that wait for the user's lock, from 1; null for a run that does not wait. */
    position: z.int().positive().nullable(),
    /** The run that took this message up while it was on (`on_busy: steer`). */
    merged_into: RunId.nullable(),
    created_at: Time,
    finished_at: Time.nullable(),
  })
  .meta({ id: 'Run' });
export type RunView = z.infer<typeof RunView>;

export const RunPage = z.object({ data: z.array(RunView), next_cursor: z.string().nullable() });
export type RunPage = z.infer<typeof RunPage>;

/** `GET /api/v1/runs/:id/steps`: the stored steps of a run, oldest first. */
export const RunStepPage = z.object({
  data: z.array(
    z.object({
      seq: z.int().positive(),
      type: z.string(),
      at: Time,
      /** Last event of the run's stream that the step covers. */
      event_id: z.string(),
      payload: z.record(z.string(), z.json()),
    }),
  ),
  next_cursor: z.string().nullable(),
});
export type RunStepPage = z.infer<typeof RunStepPage>;

/** 202 of a chat whose message waits (`on_busy`). */
export const ChatQueued = z.object({
  run_id: RunId,
  conversation_id: ConversationId,
  status: z.literal('queued'),
  position: z.int().positive(),
});
export type ChatQueued = z.infer<typeof ChatQueued>;

/** Answer of `POST /api/v1/runs/:id/halt`. */
export const RunHalted = z.object({ id: RunId, status: RunStatus });
export type RunHalted = z.infer<typeof RunHalted>;
