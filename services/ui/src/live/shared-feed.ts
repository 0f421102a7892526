import type { UserEvent } from '@bakerst/contracts';
import { type EventFeedDeps, readEventFeed } from './event-feed.ts';
import { onUnseen, untilSeen } from './seen.ts';

const NAME = 'bakerst-events';

interface Told {
  readonly event?: UserEvent;
  readonly isConnected?: boolean;
}

/**
 * One stream for all tabs of a browser, which opens six connections to a server at most: whoever holds the lock reads it
 * and tells the others; when that tab goes, another one gets the lock.
 */
export async function shareEventFeed(
  deps: EventFeedDeps & { readonly who: string },
): Promise<void> {
  if (navigator.locks === undefined) return await readWhileSeen(deps);
  // Two people may be signed in to one browser, one after the other.
  const name = `${NAME}:${deps.who}`;
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }: MessageEvent<Told>): void => {
    if (data.event !== undefined) deps.onEvent(data.event);
    if (data.isConnected !== undefined) deps.onConnection(data.isConnected);
  };
  try {
    await navigator.locks.request(name, { signal: deps.signal }, () =>
      readEventFeed({
        ...deps,
        onEvent(event) {
          channel.postMessage({ event } satisfies Told);
          deps.onEvent(event);
        },
        onConnection(isConnected) {
          channel.postMessage({ isConnected } satisfies Told);
          deps.onConnection(isConnected);
        },
      }),
    );
  } catch (err) {
    if (!deps.signal.aborted) throw err;
  } finally {
    channel.close();
  }
}

/** Without such locks, as without https, each tab reads by itself, as long as it is looked at. */
async function readWhileSeen(deps: EventFeedDeps): Promise<void> {
  while (!deps.signal.aborted) {
    await untilSeen(deps.signal);
    const unseen = new AbortController();
    const stop = onUnseen(() => unseen.abort());
    try {
      await readEventFeed({ ...deps, signal: AbortSignal.any([deps.signal, unseen.signal]) });
    } finally {
      stop();
    }
  }
}
