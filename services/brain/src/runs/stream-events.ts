import type { LoopEvent, OpenCall } from '@bakerst/agent';
import type {
  ChatResponse,
  ConversationId,
  RunFailure,
  RunId,
  RunNotice,
  StreamEvent,
} from '@bakerst/contracts';
import { z } from 'zod';
import type { Run, RunEnd } from './run.ts';

type ToolResult = Extract<StreamEvent, { readonly type: 'tool_result' }>;

/** A run that has ended, with its answer. */
type EndedRun = Pick<Run, 'id' | 'conversationId' | 'status'> &
  Pick<RunEnd, 'responses' | 'usage' | 'costUsd'> & { readonly failure?: RunFailure | undefined };

/** The first event of every run: it names what a reader needs to come back (BT-60). */
export function toFirstEvent(runId: RunId, conversationId: ConversationId): StreamEvent {
  return {
    type: 'status',
    message: 'Processing your request...',
    run_id: runId,
    conversation_id: conversationId,
  };
}

/** Closes a call that was shown and, since its run was halted, will never be answered. */
export function toCutOffResult({ id, name }: OpenCall['block']): ToolResult {
  return { type: 'tool_result', id, tool: name, result: 'the run was halted', is_error: true };
}

/** A notice as the last text of a run, behind all that was said. */
export function toNoticeText({ message }: RunNotice): string {
  return `\n\n${message}`;
}

/** The one event that ends the stream of a run (BT-60). */
export function toTerminalEvent(run: EndedRun, language: string): StreamEvent {
  const { failure } = run;
  if (failure === undefined) return { type: 'complete', response: toChatResponse(run, language) };
  return {
    type: 'error',
    error: failure.message,
    code: failure.code,
    message: failure.message,
    ...(failure.reason !== undefined && { reason: failure.reason }),
    ...(failure.retry_after_ms !== undefined && { retry_after_ms: failure.retry_after_ms }),
    run_id: run.id,
  };
}

/** The body of a finished chat (BT-08), with what bakerst adds. */
function toChatResponse(run: EndedRun, language: string): ChatResponse {
  return {
    responses: [...run.responses],
    response_language: language,
    voice_audio_base64: null,
    run_id: run.id,
    conversation_id: run.conversationId,
    status: run.status,
    usage: run.usage,
    cost_usd: run.costUsd ?? null,
  };
}

/** What the reader sees of an event of the loop; undefined for a rewind, which only the feed can place. */
export function toStreamEvent(event: LoopEvent): StreamEvent | undefined {
  switch (event.type) {
    case 'text':
      return { type: 'progress', text: event.text };
    case 'tools_started':
      return { type: 'status', message: `Executing ${event.count} tool(s)...` };
    case 'tool_called':
      return {
        type: 'tool_use',
        id: event.id,
        tool: event.name,
        input: z.json().parse(event.input),
      };
    case 'tool_answered':
      return {
        type: 'tool_result',
        id: event.id,
        tool: event.name,
        result: event.answer.text,
        is_error: event.answer.isError,
      };
    case 'rewind':
      return undefined;
    default:
      return event satisfies never;
  }
}
