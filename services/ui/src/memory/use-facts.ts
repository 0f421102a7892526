import type { FactCategory, FactView } from '@bakerst/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useClient } from '../client.ts';
import { useListOfPages } from '../components/use-list-of-pages.ts';
import { keys } from '../live/query-keys.ts';

export type Fact = FactView;

export function useFacts(q: string, category: FactCategory | undefined) {
  const client = useClient();
  return useListOfPages({
    key: [...keys.facts, 'list', q, category],
    isTyped: true,
    read: (query, signal) =>
      client.listFacts(
        {
          ...query,
          ...(q !== '' && { q }),
          ...(category !== undefined && { category }),
        },
        { signal },
      ),
  });
}

export function useFactHistory(id: string, isWanted: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: [...keys.facts, 'history', id],
    enabled: isWanted,
    queryFn: () => client.getFact(id),
  });
}

export function useFactActions() {
  const client = useClient();
  const queries = useQueryClient();
  const onSuccess = (): Promise<void> => queries.invalidateQueries({ queryKey: keys.facts });
  return {
    store: useMutation({
      mutationFn: (fact: { readonly text: string; readonly category: FactCategory }) =>
        client.storeFact(fact),
      onSuccess,
    }),
    correct: useMutation({
      mutationFn: ({ id, text }: { readonly id: string; readonly text: string }) =>
        client.correctFact(id, { text }),
      onSuccess,
    }),
    restore: useMutation({ mutationFn: (id: string) => client.restoreFact(id), onSuccess }),
    forget: useMutation({ mutationFn: (id: string) => client.deleteFact(id), onSuccess }),
  };
}
