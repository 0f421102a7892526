import type { ConversationId, ConversationView } from '@bakerst/contracts';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useClient } from '../client.ts';
import { keys } from '../live/query-keys.ts';

export interface ConversationFilter {
  readonly archived?: boolean;
  readonly pinned?: boolean;
  readonly deleted?: boolean;
}

/** Pages of conversations, the one that was last spoken in first. */
export function useConversations(filter: ConversationFilter) {
  const client = useClient();
  const list = useInfiniteQuery({
    queryKey: [...keys.conversations, 'list', filter],
    queryFn: ({ pageParam }) =>
      client.listConversations({ ...filter, ...(pageParam !== '' && { cursor: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
  return { ...list, conversations: list.data?.pages.flatMap(({ data }) => data) ?? [] };
}

interface Change {
  readonly title?: string | null;
  readonly pinned?: boolean;
  readonly archived?: boolean;
  readonly model?: string | null;
  readonly persona?: string | null;
}

export function useConversationActions(id: ConversationId | undefined) {
  const client = useClient();
  const queries = useQueryClient();
  const onSuccess = (): void => void queries.invalidateQueries({ queryKey: keys.conversations });
  return {
    change: useMutation({
      mutationFn: (change: Change) => client.changeConversation(id ?? '', change),
      onSuccess,
    }),
    remove: useMutation({ mutationFn: () => client.deleteConversation(id ?? ''), onSuccess }),
    restore: useMutation({ mutationFn: () => client.restoreConversation(id ?? ''), onSuccess }),
  };
}

export type Conversation = ConversationView;
