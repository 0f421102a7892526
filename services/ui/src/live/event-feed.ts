import { ApiError, type Client } from '@bakerst/client';
import type { UserEvent } from '@bakerst/contracts';
import { wait } from './wait.ts';

export interface EventFeedDeps {
  readonly client: Pick<Client, 'watchEvents'>;
  readonly onEvent: (event: UserEvent) => void;
  readonly onConnection: (isConnected: boolean) => void;
  readonly signal: AbortSignal;
}

/** Between tries, in ms; a brain that starts again is there within a second or two. */
const RETRY_MS = 500;
const SLOW_RETRY_MS = 3_000;
const QUICK_TRIES = 40;

/**
 * Reads what happens to the user's things until the signal is aborted.
 * @throws ApiError 401 once the session has ended; every other failure is tried again.
 */
export async function readEventFeed(deps: EventFeedDeps): Promise<void> {
  const { signal } = deps;
  for (let tries = 0; !signal.aborted; tries += 1) {
    if (await readOnce(deps).catch(ignoreFailure)) tries = 0;
    // The first try often succeeds at once: another brain, or the same one again.
    if (tries > 0) deps.onConnection(false);
    await wait(tries < QUICK_TRIES ? RETRY_MS : SLOW_RETRY_MS, signal).catch(() => undefined);
  }
}

function ignoreFailure(err: unknown): false {
  if (err instanceof ApiError && err.status === 401) throw err;
  return false;
}

/** True when there was a connection. */
async function readOnce({
  client,
  signal,
  onEvent,
  onConnection,
}: EventFeedDeps): Promise<boolean> {
  let wasConnected = false;
  for await (const event of client.watchEvents({ signal })) {
    if (event.type === 'reconnect') break;
    if (event.type === 'hello') {
      wasConnected = true;
      onConnection(true);
    }
    onEvent(event);
  }
  return wasConnected;
}
