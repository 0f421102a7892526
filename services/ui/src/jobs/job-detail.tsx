import { ApiError } from '@bakerst/client';
import type { JobId } from '@bakerst/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { z } from 'zod';
import { UncertainCard } from '../chat/uncertain-card.tsx';
import { useClient } from '../client.ts';
import { Button } from '../components/button.tsx';
import { formatDuration, formatTime } from '../components/format.ts';
import { Empty, Failure, Loading } from '../components/states.tsx';
import { keys } from '../live/query-keys.ts';
import { CodeBlock } from '../markdown/code-block.tsx';
import { texts } from '../texts/index.ts';
import { StatusBadge } from './status-badge.tsx';
import { type Job, useJob, useJobActions } from './use-jobs.ts';

export function JobDetail({ id }: { readonly id: JobId }) {
  const { data, isPending, error, refetch } = useJob(id);
  if (data !== undefined) return <Detail job={data} />;
  if (isPending) return <Loading />;
  if (error instanceof ApiError && error.status === 404) return <Empty>{texts.jobs.gone}</Empty>;
  return <Failure error={error} onRetry={() => void refetch()} />;
}

function Detail({ job }: { readonly job: Job }) {
  const { id, type, status, error } = job;
  const name = texts.jobs.type[type];
  return (
    <article aria-label={texts.jobs.detail} className="mx-auto max-w-3xl">
      <header className="flex flex-wrap items-center gap-3">
        <h2 className="text-lg font-semibold">{name}</h2>
        <StatusBadge status={status} />
        <span className="grow" />
        <Actions job={job} />
      </header>
      <p className="mt-1 rounded-lg bg-sunken px-3 py-2 font-mono text-sm wrap-anywhere">
        {job.summary}
      </p>
      <p className="mt-1 font-mono text-xs break-all text-soft">{id}</p>
      {status === 'interrupted' && <UncertainCard jobId={id} name={name} />}
      <Origin job={job} />
      <Timeline job={job} />
      {error !== null && (
        <section className="mt-4">
          <h3 className="text-sm font-medium text-soft">{texts.jobs.error}</h3>
          <p className="mt-1 rounded-lg bg-bad-soft px-3 py-2 text-sm wrap-anywhere">
            <span className="font-mono text-xs">{error.code}</span> {error.message}
          </p>
        </section>
      )}
      <Output job={job} />
    </article>
  );
}

function Actions({ job }: { readonly job: Job }) {
  const { offered, act, isPending, error } = useJobActions(job);
  return (
    <>
      {offered.map((action) => (
        <Button key={action} disabled={isPending} onClick={() => act(action)}>
          {texts.jobs[action]}
        </Button>
      ))}
      {error !== null && <Failure error={error} />}
    </>
  );
}

function Origin({ job: { run_id: runId } }: { readonly job: Job }) {
  const client = useClient();
  const run = useQuery({
    queryKey: [...keys.runs, 'one', runId],
    enabled: runId !== null,
    queryFn: () => client.getRun(runId ?? ''),
  });
  if (run.data === undefined) return null;
  return (
    <p className="mt-2 text-sm">
      <Link to={`/chat/${run.data.conversation_id}`} className="text-accent underline">
        {texts.jobs.openConversation}
      </Link>
    </p>
  );
}

function Timeline({ job }: { readonly job: Job }) {
  const { created_at, started_at, finished_at, attempt, worker_id, replay } = job;
  const took =
    started_at === null || finished_at === null
      ? undefined
      : formatDuration(Date.parse(finished_at) - Date.parse(started_at));
  const rows: readonly (readonly [string, string | null | undefined])[] = [
    [texts.jobs.created, formatTime(created_at)],
    [texts.jobs.started, started_at && formatTime(started_at)],
    [texts.jobs.finished, finished_at && formatTime(finished_at)],
    [texts.jobs.duration, took],
    [texts.jobs.worker, worker_id],
  ];
  return (
    <section className="mt-4">
      <h3 className="text-sm font-medium text-soft">{texts.jobs.timeline}</h3>
      <dl className="mt-1 grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 text-sm">
        {rows.map(
          ([name, value]) =>
            typeof value === 'string' && (
              <div key={name} className="contents">
                <dt className="text-soft">{name}</dt>
                <dd className="wrap-anywhere">{value}</dd>
              </div>
            ),
        )}
      </dl>
      <p className="mt-1 text-sm text-soft">
        {texts.jobs.attempt(attempt)} · {texts.jobs.replay[replay]}
      </p>
    </section>
  );
}

const Printed = z.object({ exit_code: z.int().nullable(), stdout: z.string(), stderr: z.string() });

function Output({ job: { type, result } }: { readonly job: Job }) {
  const printed = type === 'command' ? Printed.safeParse(result).data : undefined;
  return (
    <section className="mt-4">
      <h3 className="text-sm font-medium text-soft">{texts.jobs.output}</h3>
      {result === null && <p className="mt-1 text-sm text-soft">{texts.jobs.noOutput}</p>}
      {printed !== undefined && <PrintedOutput {...printed} />}
      {result !== null && printed === undefined && (
        <CodeBlock
          text={typeof result === 'string' ? result : JSON.stringify(result, null, 2)}
          language={typeof result === 'string' ? undefined : 'json'}
        />
      )}
    </section>
  );
}

/** What a command has printed, as a terminal would show it. */
function PrintedOutput({ exit_code: exitCode, stdout, stderr }: z.infer<typeof Printed>) {
  const printed = [stdout, stderr].filter((text) => text.trim() !== '');
  return (
    <>
      <p className="mt-1 text-sm text-soft">{texts.jobs.exitCode(exitCode)}</p>
      {printed.map((text) => (
        <CodeBlock key={text} text={text.trimEnd()} language={undefined} />
      ))}
    </>
  );
}
