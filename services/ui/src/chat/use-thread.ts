import type { Client } from '@bakerst/client';
import type { ConversationId } from '@bakerst/contracts';
import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { useClient } from '../client.ts';
import { keys } from '../live/query-keys.ts';
import { buildThread, type Entry, keepEntries } from './thread.ts';
import { isSettled, joinPages, type ThreadPage } from './thread-page.ts';

/** Of messages; a page of runs is as long, and a run has at most two messages. */
const PAGE = 60;

interface Place {
  readonly messages?: string;
  /** Null: there are no older ones. */
  readonly runs?: string | null;
}

const FIRST: Place = {};

type Known = InfiniteData<ThreadPage, Place> | undefined;

/** A conversation from its end; older parts of it when they are asked for. */
export function useThread(id: ConversationId | undefined) {
  const client = useClient();
  const queries = useQueryClient();
  const queryKey = [...keys.runs, 'thread', id];
  const query = useInfiniteQuery({
    queryKey,
    enabled: id !== undefined,
    initialPageParam: FIRST,
    async queryFn({ pageParam }) {
      const known = findPage(queries.getQueryData<Known>(queryKey), pageParam);
      const isNewest = pageParam.messages === undefined;
      // What is read again for something new is its end.
      if (!isNewest && known !== undefined && isSettled(known)) return known;
      const fresh = await readPage(client, id ?? '', pageParam);
      return isNewest ? joinPages(known, fresh) : fresh;
    },
    getNextPageParam: ({ messages, runs }): Place | undefined =>
      messages.next_cursor === null
        ? undefined
        : { messages: messages.next_cursor, runs: runs.next_cursor },
  });
  const { data } = query;
  const shown = useRef<readonly Entry[]>([]);
  const entries = useMemo(() => {
    const pages = data?.pages ?? [];
    const thread = buildThread(
      pages.flatMap(({ messages }) => messages.data),
      pages.flatMap(({ runs }) => runs.data),
    );
    shown.current = keepEntries(shown.current, thread);
    return shown.current;
  }, [data]);
  // What was told to another run has an entry there only; a message may be listed before its run is.
  const runIds = useMemo(
    () =>
      new Set(
        data?.pages.flatMap(({ runs, messages }) => [
          ...runs.data.map((run) => run.id),
          ...messages.data.map((message) => message.run_id),
        ]),
      ),
    [data],
  );
  return { ...query, entries, runIds };
}

function findPage(known: Known, wanted: Place): ThreadPage | undefined {
  const place = known?.pageParams.findIndex(
    ({ messages, runs }) => messages === wanted.messages && runs === wanted.runs,
  );
  return place === undefined ? undefined : known?.pages[place];
}

async function readPage(
  client: Pick<Client, 'listMessages' | 'listRuns'>,
  id: string,
  { messages: cursor, runs: runCursor }: Place,
): Promise<ThreadPage> {
  const [messages, runs] = await Promise.all([
    client.listMessages(id, { limit: PAGE, ...(cursor && { cursor }) }),
    runCursor === null
      ? { data: [], next_cursor: null }
      : client.listRuns({
          conversation_id: id,
          limit: PAGE,
          ...(runCursor && { cursor: runCursor }),
        }),
  ]);
  return { messages, runs };
}
