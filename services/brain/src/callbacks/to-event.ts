import type { CallbackEvent } from '@bakerst/contracts';
import type { RunSummary, StoredStep } from '../runs/run.ts';
import type { Callback, OutgoingEvent } from './callback.ts';
import { toPiece } from './next-piece.ts';
import { toShownText } from './shown-text.ts';

type Addressing =
  | 'org'
  | 'user_id'
  | 'message_key'
  | 'timestamp'
  | 'run_id'
  | 'conversation_id'
  | 'sequence';
type WithoutAddressing<Event> = Event extends unknown ? Omit<Event, Addressing> : never;

/** What an event says; for whom it is, and about which run, is added to it. */
export type EventContent = WithoutAddressing<CallbackEvent>;

/** The event that follows the last one. */
export function toNextEvent(callback: Callback, content: EventContent, at: number): OutgoingEvent {
  const sequence = callback.lastSequence + 1;
  const event: CallbackEvent = {
    ...content,
    org: callback.tenant.org,
    user_id: callback.tenant.user,
    message_key: callback.messageKey,
    timestamp: new Date(at).toISOString(),
    run_id: callback.runId,
    conversation_id: callback.conversationId,
    sequence,
  };
  return { sequence, body: JSON.stringify(event) };
}

/** The last event of a run that has ended: what the receiver lacks of its text, or why there is none. */
export function toEndContent(
  { sent, mode }: Callback,
  run: RunSummary,
  steps: readonly StoredStep[],
): EventContent {
  const { failure, status, notice } = run;
  if (failure === undefined) {
    const text = toShownText(steps, notice).trimStart() || run.responses.join('\n');
    return { type: 'complete', ...toPiece(text, sent, mode), status };
  }
  return {
    type: 'error',
    error: failure.message,
    code: failure.code,
    ...(failure.reason !== undefined && { reason: failure.reason }),
    ...(failure.retry_after_ms !== undefined && { retry_after_ms: failure.retry_after_ms }),
  };
}
