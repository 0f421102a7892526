import type { RunId, UserEvent } from '@bakerst/contracts';
import {
  type InfiniteData,
  type QueryClient,
  type QueryKey,
  useQueryClient,
} from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { hasWaiting, type ThreadPage } from '../chat/thread-page.ts';
import { useClient } from '../client.ts';
import { endSession, isSignedOut, useSession } from '../session/session-gate.tsx';
import { keys } from './query-keys.ts';
import { createRefresher, type Refresher } from './refresher.ts';
import { createRunStreams, type LiveRun, type RunStreams } from './run-streams.ts';
import { shareEventFeed } from './shared-feed.ts';

interface Live {
  readonly streams: RunStreams;
  readonly isConnected: boolean;
}

const LiveContext = createContext<Live | undefined>(undefined);

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === undefined) throw new Error('there is no LiveProvider above');
  return live;
}

/** A run as its stream shows it at this moment; undefined while it is not followed. */
export function useLiveRun(runId: RunId): LiveRun | undefined {
  const { streams } = useLive();
  return useSyncExternalStore(streams.subscribe, () => streams.get(runId));
}

/** Keeps everything that the page shows as it is at this moment. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const client = useClient();
  const queries = useQueryClient();
  const { org, user_id: user } = useSession();
  const [isConnected, setConnected] = useState(true);
  const streams = useMemo(
    () =>
      createRunStreams({
        client,
        now: Date.now,
        onNextFrame,
        onRefused: (err) => endSession(queries, err),
        onEnded: () => void queries.invalidateQueries({ queryKey: keys.runs }),
      }),
    [client, queries],
  );
  useEffect(() => {
    const ended = new AbortController();
    const refresher = createRefresher(queries);
    shareEventFeed({
      client,
      who: `${org}/${user}`,
      onEvent: (event) =>
        applyEvent({ ...refresher, listWaiting: () => listWaiting(queries) }, event),
      onConnection: setConnected,
      signal: ended.signal,
    }).catch((err: unknown) => {
      if (!isSignedOut(err)) throw err;
      endSession(queries, err);
    });
    return () => {
      ended.abort();
      refresher.stop();
    };
  }, [client, queries, org, user]);
  const live = useMemo(() => ({ streams, isConnected }), [streams, isConnected]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** A page in the background draws nothing, and must still hear that something has ended. */
function onNextFrame(call: () => void): void {
  if (document.visibilityState === 'visible') requestAnimationFrame(call);
  else setTimeout(call, 100);
}

interface Applied extends Pick<Refresher, 'refresh'> {
  /** Keys of the conversations in which a message waits for its turn. */
  readonly listWaiting: () => readonly QueryKey[];
}

function listWaiting(queries: QueryClient): readonly QueryKey[] {
  return queries
    .getQueriesData<InfiniteData<ThreadPage>>({ queryKey: [...keys.runs, 'thread'] })
    .filter(([, thread]) => thread?.pages.some(hasWaiting))
    .map(([key]) => key);
}

/** Who shows something that has changed asks for it again. */
function applyEvent({ refresh, listWaiting }: Applied, event: UserEvent): void {
  switch (event.type) {
    case 'hello':
      // What happened before is not told: everything is looked at once.
      for (const key of Object.values(keys)) refresh(key);
      break;
    case 'run':
      refresh([...keys.runs, 'thread', event.conversation_id]);
      refresh([...keys.runs, 'one', event.run_id]);
      refresh([...keys.runs, 'on']);
      // One that waits in another conversation may be the next one now.
      for (const key of listWaiting()) refresh(key);
      // What was said last is listed first, and its first words are its title.
      refresh(keys.conversations);
      break;
    case 'job':
      refresh(keys.jobs);
      break;
    case 'conversation':
      refresh(keys.conversations);
      break;
    case 'facts':
      refresh(keys.facts);
      break;
    case 'notebook':
      refresh(keys.notebook);
      break;
    case 'schedule':
      refresh(keys.schedules);
      break;
    case 'trigger':
      refresh(keys.triggers);
      break;
    case 'reconnect':
      break;
    default:
      event satisfies never;
  }
}
