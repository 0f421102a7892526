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
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (err) {
      if (!isPassing(err)) throw err;
      if (tries === 2) log.warn({ reason: toReason(err) }, 'brain does not answer, trying again');
      await clock.sleep(waitFor(err, tries), signal);
    }
  }
}

/** Whether another try may do better: the brain is away, starts, drains, or has too much to do. */
export function isPassing(err: unknown): boolean {
  if (!(err instanceof ApiError)) return isLost(err);
  // A credential that is wrong is made right by a restart of the brain, not by giving up what was said.
  if (err.status === 401) return true;
  // It had so much to do that the request did not arrive in time.
  if (err.status === 408) return true;
  if (err.status === 429) return err.body?.code !== 'QUEUE_DEPTH_EXCEEDED';
  return err.status >= 500 && err.status !== 501;
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

function toReason(err: unknown): string {
  return err instanceof ApiError ? `${err.status} ${err.message}` : 'no connection';
}
