import { type AttachmentView, isTerminalRun, type RunId, type RunView } from '@bakerst/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useClient } from '../client.ts';
import { Button } from '../components/button.tsx';
import { useFailureNotice } from '../components/notice.tsx';
import { keys } from '../live/query-keys.ts';
import type { LiveRun } from '../live/run-streams.ts';
import { texts } from '../texts/index.ts';
import { useThreadActions } from './thread-actions.tsx';

interface RunStateLineProps {
  readonly run: RunView;
  /** Files of its message. */
  readonly attachments: readonly AttachmentView[];
  readonly live: LiveRun | undefined;
}

/** What there is to know of a run besides its answer. */
export function RunStateLine({ run, attachments, live }: RunStateLineProps) {
  if (live?.isCut === true)
    return (
      <p role="status" className="mt-2 text-sm text-warn">
        {texts.chat.cut}
      </p>
    );
  if (run.status === 'queued') return <Queued run={run} attachments={attachments} />;
  if (!isTerminalRun(run.status)) return <WaitingForWorker run={run} />;
  if (run.status === 'failed')
    return (
      <p role="alert" className="mt-2 rounded-lg bg-bad-soft px-3 py-2 text-sm">
        {texts.chat.failed} {run.error?.message}
      </p>
    );
  if (run.status === 'halted' && run.answer === null)
    return <p className="mt-2 text-sm text-soft">{texts.chat.halted}</p>;
  return null;
}

function Queued({ run, attachments }: Omit<RunStateLineProps, 'live'>) {
  const { id, position, message } = run;
  const client = useClient();
  const queries = useQueryClient();
  const { giveBack } = useThreadActions();
  const onError = useFailureNotice();
  const takeBack = useMutation({
    mutationFn: () => client.haltRun(id),
    onError,
    onSuccess({ status }) {
      // One that has had its turn in the meantime is stopped in the middle.
      if (status !== 'halted') return;
      giveBack(
        message,
        attachments.map((one) => one.id),
      );
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.runs }),
  });
  return (
    <p role="status" className="mt-1 flex items-center justify-end gap-2 text-sm text-soft">
      {texts.chat.queued(position ?? 1)}
      <Button look="quiet" disabled={takeBack.isPending} onClick={() => takeBack.mutate()}>
        {texts.chat.takeBack}
      </Button>
    </p>
  );
}

/** What has not begun after this is worth a word. */
const PATIENCE_MS = 2_000;

function WaitingForWorker({ run: { id } }: { readonly run: RunView }) {
  const isWaiting = useHasWaitingJob(id);
  if (!isWaiting) return null;
  return (
    <p role="status" className="mt-2 text-sm text-warn">
      {texts.chat.waitingForWorker} …
    </p>
  );
}

function useHasWaitingJob(runId: RunId): boolean {
  const client = useClient();
  const [now, setNow] = useState(Date.now);
  const jobs = useQuery({
    queryKey: [...keys.jobs, 'of', runId],
    queryFn: () => client.listJobs({ run_id: runId, limit: 20 }),
  });
  const waiting = jobs.data?.data.filter(
    ({ status }) => status === 'queued' || status === 'dispatched',
  );
  const since = Math.min(...(waiting ?? []).map(({ created_at }) => Date.parse(created_at)));
  useEffect(() => {
    if (!Number.isFinite(since)) return;
    const timer = setTimeout(() => setNow(Date.now()), since + PATIENCE_MS - Date.now());
    return () => clearTimeout(timer);
  }, [since]);
  return Number.isFinite(since) && now - since >= PATIENCE_MS;
}
