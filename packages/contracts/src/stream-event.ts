import { z } from 'zod';
import { ChatResponse } from './chat.ts';
import { ErrorCode } from './error-codes.ts';
import { ConversationId, RunId } from './ids.ts';

/** Place of an event in its run: `<takeover>.<n>`; both count from 1 and compare as numbers. */
export const EventId = z.string().regex(/^\d{1,9}\.\d{1,9}$/);
export type EventId = z.infer<typeof EventId>;

export interface EventPlace {
  readonly takeover: number;
  readonly n: number;
}

export function toEventId({ takeover, n }: EventPlace): EventId {
  return `${takeover}.${n}`;
}

/** Undefined for text that is no event id. */
export function parseEventId(id: string): EventPlace | undefined {
  if (!EventId.safeParse(id).success) return undefined;
  const [takeover, n] = id.split('.').map(Number);
  return takeover === undefined || n === undefined ? undefined : { takeover, n };
}

/** Negative when `one` comes before `other`. */
export function comparePlaces(one: EventPlace, other: EventPlace): number {
  return one.takeover - other.takeover || one.n - other.n;
}

const ToolUse = z.object({
  type: z.literal('tool_use'),
  id: z.string(),
  tool: z.string(),
  input: z.json(),
});

const ToolResult = z.object({
  type: z.literal('tool_result'),
  id: z.string(),
  tool: z.string(),
  result: z.string(),
  is_error: z.boolean(),
});

const Progress = z.object({ type: z.literal('progress'), text: z.string() });

/** What a run has shown so far, told again from its stored steps. */
export const SnapshotPart = z.discriminatedUnion('type', [Progress, ToolUse, ToolResult]);
export type SnapshotPart = z.infer<typeof SnapshotPart>;

/** One `data:` line of a run's stream. */
export const StreamEvent = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('status'),
      message: z.string(),
      run_id: RunId.optional(),
      conversation_id: ConversationId.optional(),
    }),
    Progress,
    ToolUse,
    ToolResult,
    /** What a person said while the run was on has reached it (`on_busy: steer`). */
    z.object({ type: z.literal('steered'), text: z.string() }),
    /** Events after `after` (null: all) are void; only text of an unfinished reply ever is. */
    z.object({ type: z.literal('rewind'), after: EventId.nullable() }),
    z.object({ type: z.literal('snapshot'), run_id: RunId, parts: z.array(SnapshotPart) }),
    /** The brain is stopping: connect again with the last event id. */
    z.object({ type: z.literal('reconnect') }),
    z.object({ type: z.literal('complete'), response: ChatResponse }),
    z.object({
      type: z.literal('error'),
      error: z.string(),
      code: ErrorCode,
      message: z.string(),
      reason: z.string().optional(),
      run_id: RunId.optional(),
      retry_after_ms: z.int().nonnegative().optional(),
    }),
  ])
  .meta({ id: 'StreamEvent' });
export type StreamEvent = z.infer<typeof StreamEvent>;

/** True for the one event that ends a run's stream. */
export function isTerminalEvent(event: StreamEvent): boolean {
  return event.type === 'complete' || event.type === 'error';
}
