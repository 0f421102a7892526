import { ApiError, type Client } from '@bakerst/client';
import type { Tenant } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';

/** What the gateway asks of the brain for itself. */
export type Brain = Pick<
  Client,
  | 'actOnChannel'
  | 'chooseChatConversation'
  | 'claimChannelLink'
  | 'createAttachment'
  | 'createDelivery'
  | 'followRun'
  | 'getRun'
  | 'identifySender'
  | 'listChannels'
  | 'listJobs'
  | 'receiveChannelMessage'
  | 'reportDelivery'
  | 'watchDeliveries'
>;

/** A tenant as the API names one. */
export function toNamed({ org, user }: Tenant): { readonly org: string; readonly user_id: string } {
  return { org, user_id: user };
}

const FIRST_WAIT_MS = 200;
const MAX_WAIT_MS = 5_000;
const MAX_DOUBLINGS = 6;

interface InsistDeps {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Logger;
}

/** Asks until the brain has answered, or the signal is aborted; a refusal is an answer, and thrown. */
export async function insist<T>(
  { clock, log }: InsistDeps,
  ask: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await untilAborted(ask, signal);
    } catch (err) {
      signal.throwIfAborted();
      if (!isPassing(err)) throw err;
      if (tries === 2) log.warn({ reason: toReason(err) }, 'brain does not answer, trying again');
      await clock.sleep(waitFor(err, tries), signal);
    }
  }
}

/** The same for what somebody has said: nothing of that is given up because the brain does not take this for a gateway. */
export async function insistOnMessage<T>(
  deps: InsistDeps & { readonly standing: Standing },
  ask: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const { standing, clock } = deps;
  for (let tries = 0; ; tries += 1) {
    try {
      const answer = await insist(deps, ask, signal);
      standing.accepted();
      return answer;
    } catch (err) {
      if (!isMisplaced(err)) throw err;
      standing.refused(err);
      await clock.sleep(waitFor(err, tries), signal);
    }
  }
}

/** Resolves as `act` does, or rejects with the signal's reason: nobody waits any longer then. */
export async function untilAborted<T>(act: () => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([act(), aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Whether the brain takes this for a gateway. */
export interface Standing {
  refused(err: ApiError): void;
  accepted(): void;
  isRefused(): boolean;
}

export function createStanding(log: Logger): Standing {
  let isRefused = false;
  return {
    refused(err) {
      if (!isRefused)
        log.error(
          { reason: toReason(err) },
          'brain does not serve this as a gateway, trying again',
        );
      isRefused = true;
    },
    accepted() {
      if (isRefused) log.info({}, 'brain serves this as a gateway again');
      isRefused = false;
    },
    isRefused: () => isRefused,
  };
}

/** There is no gateway's door at this address, or not for this credential. */
const NO_DOOR: ReadonlySet<string | undefined> = new Set([
  undefined,
  'PATH_NOT_FOUND',
  'CHANNEL_NOT_FOUND',
]);

/** Whether the brain refuses whoever asks, not what is asked: an older brain, another server, the wrong credential. */
export function isMisplaced(err: unknown): err is ApiError {
  if (!(err instanceof ApiError)) return false;
  return err.status === 403 || (err.status === 404 && NO_DOOR.has(err.body?.reason));
}

/** Whether another try may do better: the brain is away, starts, drains, or has too much to do. */
export function isPassing(err: unknown): boolean {
  if (!(err instanceof ApiError)) return isLost(err);
  // A credential that is wrong is made right by a restart of the brain, not by giving up what was said.
  if (err.status === 401) return true;
  // It had so much to do that the request did not arrive in time.
  if (err.status === 408) return true;
  if (err.status === 429) return !isForLong(err);
  return err.status >= 500 && err.status !== 501;
}

/** Nobody can wait until there is less of it: what waits in a queue, or the wrong codes of an hour. */
function isForLong({ body }: ApiError): boolean {
  return body?.code === 'QUEUE_DEPTH_EXCEEDED' || body?.reason === 'TOO_MANY_CODES';
}

/** How fetch fails without a connection, or when it ends in the middle. */
function isLost(err: unknown): boolean {
  return err instanceof TypeError || (err instanceof Error && err.name === 'TimeoutError');
}

function waitFor(err: unknown, tries: number): number {
  const told = err instanceof ApiError ? err.body?.retry_after_ms : undefined;
  const own = FIRST_WAIT_MS * 2 ** Math.min(tries, MAX_DOUBLINGS);
  return Math.min(Math.max(told ?? 0, own), MAX_WAIT_MS);
}

/** Why the brain gave no answer, in a few words for the log. */
export function toReason(err: unknown): string {
  return err instanceof ApiError ? `${err.status} ${err.message}` : 'no connection';
}
