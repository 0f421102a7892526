import { z } from 'zod';
import { JobAccepted, JobBody, JobPage, JobStatus, JobView, ResolveBody } from '../job.ts';
import { JobType } from '../job-spec.ts';
import { endpoint } from './endpoint.ts';
import { ListQuery, Named } from './query.ts';

const JOB = '/api/v1/jobs/{id}';

/** An act of a person on a job, without anything to say about it. */
const act = {
  method: 'post',
  tag: 'jobs',
  query: Named,
  body: Named,
  isBodyOptional: true,
  answers: { 200: JobView },
  errors: ['NOT_FOUND', 'CONFLICT'],
} as const;

export const jobsApi = {
  postJob: endpoint({
    method: 'post',
    path: '/api/v1/jobs',
    tag: 'jobs',
    summary: 'Gives the workers something to do',
    body: JobBody,
    isKeyed: true,
    answers: { 202: JobAccepted },
    errors: ['IDEMPOTENCY_MISMATCH'],
  }),
  listJobs: endpoint({
    method: 'get',
    path: '/api/v1/jobs',
    tag: 'jobs',
    summary: 'Jobs, newest first',
    query: ListQuery.extend({
      status: JobStatus.optional(),
      type: JobType.optional(),
      run_id: z.string().max(128).optional(),
    }),
    answers: { 200: JobPage },
  }),
  getJob: endpoint({
    method: 'get',
    path: JOB,
    tag: 'jobs',
    summary: 'A job with its result',
    query: Named,
    answers: { 200: JobView },
    errors: ['NOT_FOUND'],
  }),
  redriveJob: endpoint({ ...act, path: `${JOB}/redrive`, summary: 'A dead job begins anew' }),
  dismissJob: endpoint({ ...act, path: `${JOB}/dismiss`, summary: 'A dead job leaves the list' }),
  haltJob: endpoint({
    ...act,
    path: `${JOB}/halt`,
    summary: 'Stops a job: once this has answered, it does not begin any more',
  }),
  resolveJob: endpoint({
    method: 'post',
    path: `${JOB}/resolve`,
    tag: 'jobs',
    summary: 'Says what became of a job whose outcome is unknown; the first answer counts',
    query: Named,
    body: ResolveBody,
    answers: { 200: JobView },
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
} as const;
