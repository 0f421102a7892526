import { JobId, JobStatus, JobType } from '@bakerst/contracts';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { Choice } from '../components/choice.tsx';
import { formatShortTime } from '../components/format.ts';
import { PageFrame, SplitPage } from '../components/page-frame.tsx';
import { PagedList } from '../components/paged-list.tsx';
import { Empty } from '../components/states.tsx';
import { texts } from '../texts/index.ts';
import { JobDetail } from './job-detail.tsx';
import { StatusBadge } from './status-badge.tsx';
import { type Job, type JobFilter, useJobs } from './use-jobs.ts';

/** `/jobs/:id?`: the work of the user, as it is at this moment. */
export function JobsPage() {
  const { id } = useParams();
  const jobId = JobId.safeParse(id).data;
  const [filter, setFilter] = useState<JobFilter>({});
  return (
    <PageFrame title={texts.jobs.title} actions={<Filters filter={filter} onChange={setFilter} />}>
      <SplitPage
        isDetailOpen={id !== undefined}
        list={<JobList filter={filter} openId={id} />}
        detail={jobId === undefined ? <Empty>{texts.jobs.gone}</Empty> : <JobDetail id={jobId} />}
        backTo="/jobs"
      />
    </PageFrame>
  );
}

interface FiltersProps {
  readonly filter: JobFilter;
  readonly onChange: (filter: JobFilter) => void;
}

function Filters({ filter, onChange }: FiltersProps) {
  return (
    <>
      <Choice
        label={texts.jobs.filterStatus}
        value={filter.status}
        any={texts.jobs.any}
        options={JobStatus.options.map((status) => [status, texts.jobs.status[status]])}
        onChange={(status) => onChange({ ...filter, status })}
      />
      <Choice
        label={texts.jobs.filterType}
        value={filter.type}
        any={texts.jobs.any}
        options={JobType.options.map((type) => [type, texts.jobs.type[type]])}
        onChange={(type) => onChange({ ...filter, type })}
      />
    </>
  );
}

interface JobListProps {
  readonly filter: JobFilter;
  readonly openId: string | undefined;
}

function JobList({ filter, openId }: JobListProps) {
  const isFiltered = filter.status !== undefined || filter.type !== undefined;
  return (
    <PagedList
      list={useJobs(filter)}
      none={isFiltered ? texts.jobs.noneSuch : texts.jobs.none}
      className="flex flex-col gap-px p-2"
    >
      {(job) => (
        <li key={job.id}>
          <Row job={job} isOpen={job.id === openId} />
        </li>
      )}
    </PagedList>
  );
}

function Row({ job, isOpen }: { readonly job: Job; readonly isOpen: boolean }) {
  const { id, type, summary, status, created_at: at } = job;
  return (
    <Link
      to={`/jobs/${id}`}
      aria-current={isOpen ? 'true' : undefined}
      className={`flex items-center gap-3 rounded-lg px-3 py-2 text-sm hover:bg-sunken ${isOpen ? 'bg-sunken' : ''}`}
    >
      <span className="min-w-0 grow">
        <span className="block truncate font-mono text-[13px]">{summary}</span>
        <span className="block text-xs text-soft">{texts.jobs.type[type]}</span>
      </span>
      <StatusBadge status={status} />
      <time dateTime={at} className="w-14 shrink-0 text-end text-xs text-soft">
        {formatShortTime(at)}
      </time>
    </Link>
  );
}
