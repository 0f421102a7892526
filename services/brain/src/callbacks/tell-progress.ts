import type { CallbackMode, RunId } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import type { Callback, OutgoingEvent, SentText } from './callback.ts';
import { nextPiece, toSentText } from './next-piece.ts';
import type { CallbackStore, EventClaim, SendCallback } from './ports.ts';
import { EVENT_ATTEMPTS, toEventWaitMs } from './retry-rules.ts';
import { type EventContent, toNextEvent } from './to-event.ts';

export interface TellProgressDeps {
  readonly store: CallbackStore;
  readonly send: SendCallback;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

/** What may be told of a run at this moment. */
export interface Telling {
  readonly runId: RunId;
  readonly mode: CallbackMode;
  readonly takeover: number;
  /** Text that is due; empty when none is. */
  text: string;
  /** The newest status line that is due; those before it are out of date. */
  status: string | undefined;
  /** Aborted when nothing more becomes due here: what was not taken then is not sent again. */
  readonly over: AbortSignal;
}

interface Draft {
  readonly claim: EventClaim;
  readonly callback: Callback;
  readonly event: OutgoingEvent;
  /** What the receiver has once it has this. */
  readonly sent: SentText;
}

/** A status line is of no use any more once the run is over. */
export function isDue({ text, status, over }: Telling): boolean {
  return text !== '' || (status !== undefined && !over.aborted);
}

/** Sends what is due, one event after the other, until nothing is. Throws what the store fails for. */
export async function tellProgress(deps: TellProgressDeps, telling: Telling): Promise<void> {
  while (isDue(telling)) {
    const draft = takeDraft(deps, telling);
    if (draft !== undefined) await sendDraft(deps, telling, draft);
  }
}

/** Text before the status line that came behind it; undefined when the receiver has it already. */
function takeDraft({ store, clock }: TellProgressDeps, telling: Telling): Draft | undefined {
  const { runId, mode, takeover, text, status } = telling;
  telling.text = '';
  if (text === '') telling.status = undefined;
  const callback = store.find(runId);
  if (callback === undefined) return undefined;
  const content = text === '' ? toStatus(status) : toProgress(callback, mode, text);
  if (content === undefined) return undefined;
  const event = toNextEvent(callback, content, clock.now());
  const hasText = content.type === 'progress';
  return {
    claim: { runId, takeover, sequence: event.sequence, hasText },
    callback,
    event,
    sent: hasText ? toSentText(text) : callback.sent,
  };
}

function toStatus(message = ''): EventContent {
  return { type: 'status', message };
}

function toProgress(
  { sent }: Callback,
  mode: CallbackMode,
  text: string,
): EventContent | undefined {
  const piece = nextPiece(text, sent, mode);
  return piece && { type: 'progress', ...piece };
}

/** What is not taken after some attempts goes with what is due next; nothing is sent while somebody else tells of the run. */
async function sendDraft(
  { store, send, clock, random, log }: TellProgressDeps,
  { over, runId }: Telling,
  { claim, callback, event, sent }: Draft,
): Promise<void> {
  const { chars, hash } = callback.sent;
  let isUnsure = false;
  for (let attempts = 1; ; attempts++) {
    const until = await store.claimEvent(claim);
    if (until === undefined) return;
    const delivery = await send(callback, event, until);
    if (delivery.isTaken) return await store.settleEvent(claim, sent);
    isUnsure ||= claim.hasText && delivery.mayHaveArrived;
    await store.settleEvent(claim, { chars, hash: isUnsure ? undefined : hash });
    log.debug(
      { runId, requestId: callback.requestId, attempts, why: delivery.why },
      'progress was not taken',
    );
    if (attempts >= EVENT_ATTEMPTS) return;
    await clock.sleep(toEventWaitMs(attempts, random), over).catch(() => undefined);
    if (over.aborted) return;
  }
}
