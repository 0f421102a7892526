import type { ConversationId } from '@bakerst/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useClient } from '../client.ts';
import { keys } from '../live/query-keys.ts';
import { buildThread } from './thread.ts';

/** Of messages; a page of runs is as long, and a run has at most two messages. */
const PAGE = 60;

interface Place {
  readonly messages?: string;
  /** Null: there are no older ones. */
  readonly runs?: string | null;
}

const FIRST: Place = {};

/** A conversation from its end; older parts of it when they are asked for. */
export function useThread(id: ConversationId | undefined) {
  const client = useClient();
  const query = useInfiniteQuery({
    queryKey: [...keys.runs, 'thread', id],
    enabled: id !== undefined,
    initialPageParam: FIRST,
    async queryFn({ pageParam: { messages: cursor, runs: runCursor } }) {
      const conversation = id ?? '';
      const [messages, runs] = await Promise.all([
        client.listMessages(conversation, { limit: PAGE, ...(cursor && { cursor }) }),
        runCursor === null
          ? { data: [], next_cursor: null }
          : client.listRuns({
              conversation_id: conversation,
              limit: PAGE,
              ...(runCursor && { cursor: runCursor }),
            }),
      ]);
      return { messages, runs };
    },
    getNextPageParam: ({ messages, runs }): Place | undefined =>
      messages.next_cursor === null
        ? undefined
        : { messages: messages.next_cursor, runs: runs.next_cursor },
  });
  const { data } = query;
  const entries = useMemo(
    () =>
      buildThread(
        data?.pages.flatMap(({ messages }) => messages.data) ?? [],
        data?.pages.flatMap(({ runs }) => runs.data) ?? [],
      ),
    [data],
  );
  // What was told to another run has an entry there only.
  const runIds = useMemo(
    () => new Set(data?.pages.flatMap(({ runs }) => runs.data.map((run) => run.id))),
    [data],
  );
  return { ...query, entries, runIds };
}
