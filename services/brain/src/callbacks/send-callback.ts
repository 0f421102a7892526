import { createHmac } from 'node:crypto';
import { AppError, type Clock } from '@bakerst/kit';
import { type AllowedHosts, checkUrl, type ResolveAll, sendChecked } from '@bakerst/kit/url-guard';
import type { Callback, Delivery, OutgoingEvent } from './callback.ts';
import type { CallbackSecrets, SendCallback } from './ports.ts';

/** How long a receiver may take (BT-62). */
export const POST_TIMEOUT_MS = 10_000;

export interface SendCallbackDeps {
  readonly secrets: Pick<CallbackSecrets, 'read'>;
  readonly allowedHosts: AllowedHosts;
  /** How names of receivers are resolved. */
  readonly resolveAll: ResolveAll;
  readonly clock: Clock;
  /** Aborted when this process is about to end. */
  readonly ending: AbortSignal;
}

/** Posts events with a signature of their org, to addresses that are allowed at that moment; redirects are refusals. */
export function createSendCallback(deps: SendCallbackDeps): SendCallback {
  return async (callback, event, until) => {
    const sent = { hasLeft: false };
    try {
      const status = await post(deps, { callback, event, until, sent });
      const isTaken = status >= 200 && status < 300;
      // A proxy answers so when the receiver behind it was slow, and may have it.
      const mayHaveArrived = status >= 500 || status === 408;
      return isTaken ? { isTaken } : notTaken(`status ${status}`, mayHaveArrived);
    } catch (err) {
      return notTaken(toReason(err), sent.hasLeft && !(err instanceof AppError));
    }
  };
}

interface Posting {
  readonly callback: Pick<Callback, 'runId' | 'tenant' | 'url'>;
  readonly event: OutgoingEvent;
  readonly until: number;
  /** Whether bytes of the request have been handed to a connection. */
  readonly sent: { hasLeft: boolean };
}

/** Gives the status of the answer. */
async function post(deps: SendCallbackDeps, posting: Posting): Promise<number> {
  const { callback, event, until, sent } = posting;
  const { secret } = await deps.secrets.read(callback.tenant.org);
  // A process that was held up for long has lost its claim meanwhile.
  const patienceMs = Math.min(POST_TIMEOUT_MS, until - deps.clock.now());
  if (patienceMs <= 0) throw new Error('sending was held up for too long');
  const timeout = new AbortController();
  using _alarm = deps.clock.after(patienceMs, () =>
    timeout.abort(new Error(`no answer within ${patienceMs} ms`)),
  );
  const timestamp = String(Math.floor(deps.clock.now() / 1_000));
  const answer = await sendChecked({
    method: 'POST',
    checked: checkUrl(callback.url, deps.allowedHosts),
    headers: {
      'Content-Type': 'application/json',
      'X-Bakerst-Event': `${callback.runId}.${event.sequence}`,
      'X-Bakerst-Timestamp': timestamp,
      'X-Bakerst-Signature': `sha256=${sign(secret, timestamp, event.body)}`,
    },
    body: event.body,
    signal: AbortSignal.any([timeout.signal, deps.ending]),
    onLeft() {
      sent.hasLeft = true;
    },
    resolveAll: deps.resolveAll,
  });
  // Nobody reads what it says besides its status.
  answer.on('error', () => undefined).destroy();
  return answer.statusCode ?? 0;
}

/** HMAC-SHA256 over the time of sending, a point and the body, in hex. */
function sign(secret: string, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
}

/** Of a request that was given up, why it was. */
function toReason(err: unknown): string {
  const told = err instanceof Error && err.cause instanceof Error ? err.cause : err;
  return told instanceof Error ? told.message : String(told);
}

function notTaken(why: string, mayHaveArrived: boolean): Delivery {
  return { isTaken: false, mayHaveArrived, why };
}
