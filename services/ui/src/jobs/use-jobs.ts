import {
  isTerminalJob,
  type JobId,
  type JobStatus,
  type JobType,
  type JobView,
} from '@bakerst/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useClient } from '../client.ts';
import { useListOfPages } from '../components/use-list-of-pages.ts';
import { keys } from '../live/query-keys.ts';

export type Job = JobView;

export interface JobFilter {
  readonly status?: JobStatus | undefined;
  readonly type?: JobType | undefined;
}

export function useJobs({ status, type }: JobFilter) {
  const client = useClient();
  return useListOfPages({
    key: [...keys.jobs, 'list', status, type],
    read: (query) =>
      client.listJobs({
        ...query,
        ...(status !== undefined && { status }),
        ...(type !== undefined && { type }),
      }),
  });
}

export function useJob(id: JobId) {
  const client = useClient();
  return useQuery({ queryKey: [...keys.jobs, 'one', id], queryFn: () => client.getJob(id) });
}

export interface JobActions {
  /** What can be done with a job in its state. */
  readonly offered: readonly ('halt' | 'redrive' | 'dismiss')[];
  readonly act: (action: 'halt' | 'redrive' | 'dismiss') => void;
  readonly isPending: boolean;
  readonly error: unknown;
}

export function useJobActions({ id, status }: Job): JobActions {
  const client = useClient();
  const queries = useQueryClient();
  const act = useMutation({
    mutationFn: (action: 'halt' | 'redrive' | 'dismiss') =>
      ({ halt: client.haltJob, redrive: client.redriveJob, dismiss: client.dismissJob })[action](
        id,
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.jobs }),
  });
  const offered = status === 'dead' ? (['redrive', 'dismiss'] as const) : [];
  return {
    offered: isTerminalJob(status) ? offered : ['halt'],
    act: act.mutate,
    isPending: act.isPending,
    error: act.error,
  };
}
