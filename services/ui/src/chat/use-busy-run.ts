import type { RunId } from '@bakerst/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useClient } from '../client.ts';
import { useFailureNotice } from '../components/notice.tsx';
import { keys } from '../live/query-keys.ts';

export interface BusyRun {
  /** One message of a user is answered at a time, whatever conversation it is in. */
  readonly isBusy: boolean;
  /** Stops the run that is on; undefined while none is, or while it is being stopped. */
  readonly stop: (() => void) | undefined;
}

/** The run of the user that is on at this moment, if one is. */
export function useBusyRun(): BusyRun {
  const client = useClient();
  const queries = useQueryClient();
  const onError = useFailureNotice();
  const running = useRunWithStatus('running');
  const waiting = useRunWithStatus('waiting');
  const runId = running ?? waiting;
  const halt = useMutation({
    mutationFn: (id: RunId) => client.haltRun(id),
    onError,
    onSettled: () => queries.invalidateQueries({ queryKey: keys.runs }),
  });
  return {
    isBusy: runId !== undefined,
    stop: runId === undefined || halt.isPending ? undefined : () => halt.mutate(runId),
  };
}

function useRunWithStatus(status: 'running' | 'waiting'): RunId | undefined {
  const client = useClient();
  const runs = useQuery({
    queryKey: [...keys.runs, 'on', status],
    queryFn: () => client.listRuns({ status, limit: 1 }),
  });
  return runs.data?.data[0]?.id;
}
