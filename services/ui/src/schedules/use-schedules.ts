import type { NewScheduleBody, SchedulePatch, ScheduleView } from '@bakerst/contracts/schedules';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useClient } from '../client.ts';
import { useListOfPages } from '../components/use-list-of-pages.ts';
import { keys } from '../live/query-keys.ts';

export type Schedule = ScheduleView;

export function useSchedules() {
  const client = useClient();
  return useListOfPages({
    key: [...keys.schedules, 'list'],
    read: (query) => client.listSchedules(query),
  });
}

export function useScheduleHistory(id: string) {
  const client = useClient();
  return useQuery({
    // A run or job that ends changes it too.
    queryKey: [...keys.schedules, 'one', id],
    queryFn: () => client.getSchedule(id),
    refetchInterval: 5_000,
  });
}

export function useScheduleActions() {
  const client = useClient();
  const queries = useQueryClient();
  const onSuccess = (): Promise<void> => queries.invalidateQueries({ queryKey: keys.schedules });
  return {
    create: useMutation({
      mutationFn: (body: NewScheduleBody) => client.createSchedule(body),
      onSuccess,
    }),
    change: useMutation({
      mutationFn: ({ id, patch }: { readonly id: string; readonly patch: SchedulePatch }) =>
        client.changeSchedule(id, patch),
      onSuccess,
    }),
    run: useMutation({ mutationFn: (id: string) => client.runSchedule(id), onSuccess }),
    remove: useMutation({ mutationFn: (id: string) => client.deleteSchedule(id), onSuccess }),
  };
}
