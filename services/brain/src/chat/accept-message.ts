import type { RunEventBus } from '@bakerst/bus';
import {
  type ChatRequest,
  ConversationId,
  RunId,
  type StreamEvent,
  type Tenant,
} from '@bakerst/contracts';
import { AppError, type Clock, type Logger, type NewId } from '@bakerst/kit';
import { findTwin, sha256, toKeyedRequest } from '../idempotency/find-twin.ts';
import type { KeyedRequest, KeyStore } from '../idempotency/ports.ts';
import { type BegunRun, hasReason, type RunRegistry } from '../runs/active-run.ts';
import { createActiveRun, openFeed } from '../runs/create-active-run.ts';
import type { NewRun, RunStarter } from '../runs/ports.ts';
import { type PreparedBase, toFirstTurn } from '../runs/prepare-base.ts';
import { type Run, type StoredStep, userLockKey } from '../runs/run.ts';
import type { RunHost } from '../runs/run-host.ts';
import { createReserver } from '../runs/store-step.ts';
import type { RunLocks, TakenLock } from '../runs/take-lock.ts';
import { userIsBusy } from '../runs/user-is-busy.ts';

/** How long a repeated request waits for the first one to be stored. */
const TWIN_PATIENCE_MS = 2_000;
const TWIN_LOOK_MS = 20;

export interface AcceptMessageDeps {
  readonly keys: KeyStore;
  readonly starter: RunStarter;
  readonly runLocks: RunLocks;
  readonly host: Pick<RunHost, 'carry'>;
  readonly registry: RunRegistry;
  readonly runEvents: RunEventBus;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly prepareBase: (run: Run, steps: readonly StoredStep[]) => PreparedBase;
  readonly log: Logger;
  /** Runs that this brain carries at a time. */
  readonly maxRuns: number;
}

export interface IncomingMessage {
  readonly tenant: Tenant;
  readonly request: ChatRequest;
  readonly idempotencyKey: string | undefined;
  readonly requestId: string;
}

/**
 * Turns a message into a run that is stored before this returns, and starts to execute it.
 * A known Idempotency-Key gives its run in whatever state that is. Throws AppError CONCURRENT_REQUEST_REJECTED while
 * another run of the user is on, and stores nothing then; IDEMPOTENCY_MISMATCH, NOT_FOUND, UNAVAILABLE.
 */
export async function acceptMessage(
  deps: AcceptMessageDeps,
  incoming: IncomingMessage,
): Promise<RunId> {
  const keyed = toKeyed(incoming);
  const known = findRun(deps, incoming, keyed);
  if (known !== undefined) return known;
  refuseWhatIsMissing(incoming.request);
  refuseUnknownConversation(deps, incoming);
  if (deps.registry.size >= deps.maxRuns) throw tooManyRuns();
  const lockKey = userLockKey(incoming.tenant);
  // A run that is executed here says so without the bus being asked.
  if (deps.registry.holds(lockKey)) throw userIsBusy();
  const taken = await deps.runLocks.take(lockKey, keyed && sha256(keyed.key));
  if (!taken.won) return await joinTwin(deps, { incoming, keyed, taken });
  try {
    return await startRun(deps, { incoming, keyed, lockKey, taken });
  } catch (err) {
    await taken.lock.release();
    const twin = hasReason(err, 'KEY_IN_USE') ? findRun(deps, incoming, keyed) : undefined;
    if (twin === undefined) throw err;
    return twin;
  }
}

/** The same key with another route, message or conversation is another request. */
function toKeyed({ idempotencyKey, request }: IncomingMessage): KeyedRequest | undefined {
  if (idempotencyKey === undefined) return undefined;
  return toKeyedRequest(idempotencyKey, [
    'chat',
    request.message,
    request.conversation_id ?? null,
    request.on_busy,
  ]);
}

function findRun(
  { keys }: AcceptMessageDeps,
  { tenant }: IncomingMessage,
  keyed: KeyedRequest | undefined,
): RunId | undefined {
  return RunId.optional().parse(findTwin(keys, tenant, keyed));
}

function refuseWhatIsMissing(request: ChatRequest): void {
  if (request.message_type === 'audio')
    throw new AppError('NOT_IMPLEMENTED', 'audio messages are not supported', {
      reason: 'AUDIO_NOT_SUPPORTED',
    });
  if (request.on_busy !== 'reject')
    throw new AppError('NOT_IMPLEMENTED', `on_busy "${request.on_busy}" is not supported yet`, {
      reason: 'ON_BUSY_NOT_SUPPORTED',
    });
}

function refuseUnknownConversation(
  { starter }: AcceptMessageDeps,
  { tenant, request: { conversation_id: id } }: IncomingMessage,
): void {
  if (id === undefined || starter.findConversation(tenant, id) !== undefined) return;
  throw new AppError('NOT_FOUND', 'there is no such conversation', {
    reason: 'CONVERSATION_NOT_FOUND',
  });
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
  held: {
    readonly incoming: IncomingMessage;
    readonly keyed: KeyedRequest | undefined;
    readonly taken: TakenLock & { readonly won: false };
  },
): Promise<RunId> {
  const { incoming, keyed, taken } = held;
  const isTwin = keyed !== undefined && taken.note?.keyHash === sha256(keyed.key);
  const deadline = deps.clock.monotonic() + TWIN_PATIENCE_MS;
  do {
    const twin = findRun(deps, incoming, keyed);
    if (twin !== undefined) return twin;
    if (isTwin) await deps.clock.sleep(TWIN_LOOK_MS);
  } while (isTwin && deps.clock.monotonic() < deadline);
  throw userIsBusy();
}

interface Start {
  readonly incoming: IncomingMessage;
  readonly keyed: KeyedRequest | undefined;
  readonly lockKey: string;
  readonly taken: TakenLock & { readonly won: true };
}

async function startRun(deps: AcceptMessageDeps, start: Start): Promise<RunId> {
  const { incoming, keyed, lockKey, taken } = start;
  const { tenant, request, requestId } = incoming;
  const runId = RunId.parse(deps.newId());
  const fence = { runId, lockKey, token: taken.token };
  const feed = openFeed(deps, { runId, takeover: 1, stored: undefined });
  // Chosen with the lock in hand: a message that has just ended may have opened the default conversation.
  const conversation = chooseConversation(deps, incoming);
  const prepared = Promise.withResolvers<PreparedBase>();
  const run = await deps.starter.start(tenant, {
    ...conversation,
    fence,
    message: request.message,
    requestId,
    idempotency: keyed,
    write: createReserver(feed, [toFirstEvent(runId, conversation.conversationId)]),
    firstTurn(begun) {
      const base = deps.prepareBase(begun, []);
      prepared.resolve(base);
      return { step: toFirstTurn(base), bodies: base.bodies };
    },
  });
  deps.log.info(
    { requestId, runId, orgId: tenant.org, userId: tenant.user, chars: request.message.length },
    'message accepted',
  );
  const begun = toBegunRun(run, await prepared.promise);
  deps.host.carry(createActiveRun({ run, fence, lock: taken.lock, feed, begun }));
  return runId;
}

function chooseConversation(
  { starter, newId }: AcceptMessageDeps,
  { tenant, request }: IncomingMessage,
): Pick<NewRun, 'conversationId' | 'opensDefault'> {
  const found = starter.findConversation(tenant, request.conversation_id);
  return found === undefined
    ? { conversationId: ConversationId.parse(newId()), opensDefault: true }
    : { conversationId: found, opensDefault: false };
}

function toFirstEvent(runId: RunId, conversationId: ConversationId): StreamEvent {
  return {
    type: 'status',
    message: 'Processing your request...',
    run_id: runId,
    conversation_id: conversationId,
  };
}

function toBegunRun(run: Run, prepared: PreparedBase): BegunRun {
  const covers = { takeover: run.takeover, n: 1 };
  return { steps: [{ step: toFirstTurn(prepared), at: run.createdAt, covers }], prepared };
}
