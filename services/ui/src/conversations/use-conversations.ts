import type { ConversationId, ConversationView } from '@bakerst/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useClient } from '../client.ts';
import { useListOfPages } from '../components/use-list-of-pages.ts';
import { keys } from '../live/query-keys.ts';

export interface ConversationFilter {
  readonly archived?: boolean;
  readonly pinned?: boolean;
  readonly deleted?: boolean;
}

/** Pages of conversations, the one that was last spoken in first. */
export function useConversations(filter: ConversationFilter) {
  const client = useClient();
  return useListOfPages({
    key: [...keys.conversations, 'list', filter],
    read: (query) => client.listConversations({ ...filter, ...query }),
  });
}

/** Pages of messages in which these words stand. */
export function useFoundMessages(words: string) {
  const client = useClient();
  return useListOfPages({
    key: [...keys.conversations, 'search', words],
    isTyped: true,
    isEnabled: /[\p{L}\p{N}]/u.test(words),
    read: (query, signal) => client.searchMessages(words, query, { signal }),
  });
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
