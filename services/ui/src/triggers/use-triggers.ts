import type { Client } from '@bakerst/client';
import type { TriggerPatch, TriggerView } from '@bakerst/contracts/schedules';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useClient } from '../client.ts';
import { newKey } from '../components/new-key.ts';
import { useListOfPages } from '../components/use-list-of-pages.ts';
import { keys } from '../live/query-keys.ts';

export type Trigger = TriggerView;

export function useTriggers() {
  const client = useClient();
  return useListOfPages({
    key: [...keys.triggers, 'list'],
    read: (query) => client.listTriggers(query),
  });
}

export function useDeliveries(name: string) {
  const client = useClient();
  return useQuery({
    queryKey: [...keys.triggers, 'deliveries', name],
    queryFn: () => client.listDeliveries(name, { limit: 20 }),
    // A run or job that ends changes it too.
    refetchInterval: 5_000,
  });
}

/** A delivery with what came; it does not change any more. */
export function useDelivery(name: string, id: string, enabled: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: [...keys.triggers, 'delivery', name, id],
    queryFn: () => client.getDelivery(name, id),
    staleTime: Number.POSITIVE_INFINITY,
    enabled,
  });
}

interface Named<Body> {
  readonly name: string;
  readonly body: Body;
}

export function useTriggerActions() {
  const client = useClient();
  const queries = useQueryClient();
  const onSuccess = (): Promise<void> => queries.invalidateQueries({ queryKey: keys.triggers });
  return {
    create: useMutation({
      mutationFn: (body: Parameters<Client['createTrigger']>[0]) => client.createTrigger(body),
      onSuccess,
    }),
    change: useMutation({
      mutationFn: ({ name, body }: Named<TriggerPatch>) => client.changeTrigger(name, body),
      onSuccess,
    }),
    rotate: useMutation({
      mutationFn: (name: string) => client.rotateTriggerSecret(name),
      onSuccess,
    }),
    remove: useMutation({ mutationFn: (name: string) => client.deleteTrigger(name), onSuccess }),
    test: useMutation({
      mutationFn: ({ name, body }: Named<Parameters<Client['testTrigger']>[1]>) =>
        client.testTrigger(name, body),
      onSuccess,
    }),
    replay: useMutation({
      mutationFn: ({ name, id }: { readonly name: string; readonly id: string }) =>
        client.replayDelivery(name, id, { idempotencyKey: newKey() }),
      onSuccess,
    }),
  };
}
