import { RunId } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { WantedCallback } from '../callbacks/callback.ts';
import { unknownConversation } from '../conversations/conversation.ts';
import { sha256, toKeyedRequest } from '../idempotency/find-twin.ts';
import type { KeyedRequest } from '../idempotency/ports.ts';
import { hasReason } from '../runs/active-run.ts';
import { userLockKey } from '../runs/run.ts';
import type { TakenLock } from '../runs/take-lock.ts';
import { userIsBusy } from '../runs/user-is-busy.ts';
import {
  type AcceptMessageDeps,
  findRun,
  type IncomingMessage,
  type KeyedMessage,
} from './incoming-message.ts';
import { queueMessage } from './queue-message.ts';
import { startRun } from './start-run.ts';
import { takeUserLock } from './take-user-lock.ts';

/** How long a repeated request waits for the first one to be stored: longer than recalling facts may take. */
const TWIN_PATIENCE_MS = 4_000;
const TWIN_LOOK_MS = 20;

/**
 * Turns a message into a run that is stored before this returns, and starts to execute it, or, by `on_busy`, lets it
 * wait. A known Idempotency-Key gives its run in whatever state that is. Throws AppError CONCURRENT_REQUEST_REJECTED
 * while another run of the user is on, and stores nothing then; QUEUE_DEPTH_EXCEEDED, IDEMPOTENCY_MISMATCH, NOT_FOUND,
 * UNAVAILABLE.
 */
export async function acceptMessage(
  deps: AcceptMessageDeps,
  incoming: IncomingMessage,
): Promise<RunId> {
  const message = { ...incoming, keyed: toKeyed(incoming), lockKey: userLockKey(incoming.tenant) };
  const known = findRun(deps, message);
  if (known !== undefined) return known;
  refuseUnknownConversation(deps, incoming);
  try {
    return await startNow(deps, message);
  } catch (err) {
    const twin = hasReason(err, 'KEY_IN_USE') ? findRun(deps, message) : undefined;
    if (twin !== undefined) return twin;
    const onBusy = incoming.request.on_busy;
    if (onBusy === 'reject' || !mayWait(err)) throw err;
    // Until it is stored, and counts as one that waits.
    using place = keepPlace(deps);
    if (place === undefined) throw tooManyRuns();
    return await queueMessage(deps, message, onBusy);
  }
}

/** The same key with another route, message, conversation or callback is another request. */
export function toKeyed(incoming: IncomingMessage): KeyedRequest | undefined {
  const { idempotencyKey, request, callback } = incoming;
  if (idempotencyKey === undefined) return undefined;
  return toKeyedRequest(idempotencyKey, [
    'chat',
    request.message,
    incoming.conversationName ?? request.conversation_id ?? null,
    request.on_busy,
    ...(request.attachments === undefined ? [] : [request.attachments]),
    ...(request.persona === undefined ? [] : [{ persona: request.persona }]),
    ...(request.model === undefined ? [] : [{ model: request.model }]),
    ...(callback === undefined ? [] : toParts(callback)),
  ]);
}

function toParts({ url, mode, throttleMs, messageKey }: WantedCallback): readonly unknown[] {
  return [url, mode, throttleMs, messageKey];
}

function refuseUnknownConversation(
  { starter }: AcceptMessageDeps,
  { tenant, request: { conversation_id: id } }: IncomingMessage,
): void {
  if (id === undefined || starter.findConversation(tenant, id) !== undefined) return;
  throw unknownConversation();
}

/** The user is busy, or the bus that knows is away or has lost its locks: what can wait, waits. */
function mayWait(err: unknown): boolean {
  if (hasReason(err, 'NATS_UNAVAILABLE') || hasReason(err, 'FENCED')) return true;
  return err instanceof AppError && err.code === 'CONCURRENT_REQUEST_REJECTED';
}

async function startNow(deps: AcceptMessageDeps, message: KeyedMessage): Promise<RunId> {
  const { lockKey } = message;
  // A run that is executed here says so without the bus being asked.
  if (deps.registry.holds(lockKey)) throw userIsBusy();
  // Kept from here on: many may ask before the first of them is stored.
  using place = keepPlace(deps);
  if (place === undefined) throw tooManyRuns();
  const runId = RunId.parse(deps.newId());
  const taken = await takeUserLock(deps, { ...message, runId });
  if (!taken.won) return await joinTwin(deps, message, taken);
  try {
    return await startRun(deps, { ...message, runId }, taken);
  } catch (err) {
    if (hasReason(err, 'FENCED')) deps.noteFenced();
    await taken.lock.release();
    throw err;
  }
}

/** One of `MAX_RUNS` places for what runs here and what waits. */
function keepPlace({ registry, starter, maxRuns }: AcceptMessageDeps): Disposable | undefined {
  return registry.keepPlace(maxRuns - starter.countWaiting());
}

function tooManyRuns(): AppError {
  return new AppError('UNAVAILABLE', 'too many runs at this moment', {
    reason: 'MAX_RUNS',
    retryAfterMs: 5_000,
  });
}

/** The lock is held: perhaps by the same request, sent twice; its run will be stored in a moment. */
async function joinTwin(
  deps: AcceptMessageDeps,
  message: KeyedMessage,
  { note }: TakenLock & { readonly won: false },
): Promise<RunId> {
  const { keyed } = message;
  const isTwin = keyed !== undefined && note?.keyHash === sha256(keyed.key);
  const deadline = deps.clock.monotonic() + TWIN_PATIENCE_MS;
  do {
    const twin = findRun(deps, message);
    if (twin !== undefined) return twin;
    if (isTwin) await deps.clock.sleep(TWIN_LOOK_MS);
  } while (isTwin && deps.clock.monotonic() < deadline);
  throw userIsBusy();
}
