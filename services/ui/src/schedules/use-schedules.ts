import type { NewScheduleBody, SchedulePatch, ScheduleView } from '@bakerst/contracts/schedules';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useClient } from '../client.ts';
import { keys } from '../live/query-keys.ts';

export type Schedule = ScheduleView;

export function useSchedules() {
  const client = useClient();
  const list = useInfiniteQuery({
    queryKey: [...keys.schedules, 'list'],
    queryFn: ({ pageParam }) => client.listSchedules(pageParam === '' ? {} : { cursor: pageParam }),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
  return { ...list, schedules: list.data?.pages.flatMap(({ data }) => data) ?? [] };
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
