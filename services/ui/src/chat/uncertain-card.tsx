import type { JobId, ResolveOutcome, RunId } from '@bakerst/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleHelp } from 'lucide-react';
import { Link } from 'react-router';
import { useClient } from '../client.ts';
import { Button } from '../components/button.tsx';
import { Failure } from '../components/states.tsx';
import { keys } from '../live/query-keys.ts';
import { texts } from '../texts/index.ts';

const ANSWERS = [
  ['happened', texts.uncertain.happened],
  ['did_not_happen', texts.uncertain.didNotHappen],
  ['retry', texts.uncertain.retry],
] as const satisfies readonly (readonly [ResolveOutcome, string])[];

/** The jobs of a run of which nobody knows whether they did what they were to do. */
export function UncertainCards({ runId }: { readonly runId: RunId }) {
  const client = useClient();
  const open = useQuery({
    queryKey: [...keys.jobs, 'open', runId],
    queryFn: () => client.listJobs({ run_id: runId, status: 'interrupted' }),
  });
  return open.data?.data.map(({ id, type }) => (
    <UncertainCard key={id} jobId={id} name={texts.jobs.type[type]} />
  ));
}

interface UncertainCardProps {
  readonly jobId: JobId;
  readonly name: string;
}

/** Asks a person what became of a job. */
export function UncertainCard({ jobId, name }: UncertainCardProps) {
  const client = useClient();
  const queries = useQueryClient();
  const resolve = useMutation({
    mutationFn: (outcome: ResolveOutcome) => client.resolveJob(jobId, { outcome }),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: keys.jobs }),
        queries.invalidateQueries({ queryKey: keys.runs }),
      ]),
  });
  return (
    <section
      aria-label={texts.uncertain.title}
      className="my-3 rounded-xl border border-line bg-warn-soft p-4 text-sm"
    >
      <h3 className="flex items-center gap-2 font-semibold text-warn">
        <CircleHelp size={16} aria-hidden /> {texts.uncertain.title}
      </h3>
      <p className="mt-1">{texts.uncertain.hint}</p>
      <p className="mt-1">
        <Link to={`/jobs/${jobId}`} className="text-accent underline">
          {name}
        </Link>
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        {ANSWERS.map(([outcome, words]) => (
          <Button
            key={outcome}
            disabled={resolve.isPending || resolve.isSuccess}
            onClick={() => resolve.mutate(outcome)}
          >
            {words}
          </Button>
        ))}
      </div>
      {resolve.isError && <Failure error={resolve.error} />}
    </section>
  );
}
