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

export const RunFailure = z.object({
  code: ErrorCode,
  message: z.string(),
  reason: z.string().optional(),
});
export type RunFailure = z.infer<typeof RunFailure>;

/** `code` is one of ITERATION_LIMIT, TOKEN_LIMIT, REFUSED, CONTEXT_LIMIT, HALTED. */
export const RunNotice = z.object({ code: z.string(), message: z.string() });
export type RunNotice = z.infer<typeof RunNotice>;

const Time = z.iso.datetime();

/** `GET /api/v1/runs/:id`; `answer` is null until there is one. */
export const RunView = z.object({
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
  created_at: Time,
  finished_at: Time.nullable(),
});
export type RunView = z.infer<typeof RunView>;

/** Answer of `POST /api/v1/runs/:id/halt`. */
export const RunHalted = z.object({ id: RunId, status: RunStatus });
export type RunHalted = z.infer<typeof RunHalted>;
