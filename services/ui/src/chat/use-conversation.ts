import type { ConversationId } from '@bakerst/contracts';
import { useQuery } from '@tanstack/react-query';
import { useClient } from '../client.ts';
import { keys } from '../live/query-keys.ts';

export function useConversation(id: ConversationId | undefined) {
  const client = useClient();
  return useQuery({
    queryKey: [...keys.conversations, 'one', id],
    enabled: id !== undefined,
    queryFn: () => client.getConversation(id ?? ''),
  });
}
