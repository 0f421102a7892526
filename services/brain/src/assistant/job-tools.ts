import { JobBody, JobView } from '@bakerst/contracts';
import { z } from 'zod';
import { unknownJob } from '../jobs/job-actions.ts';
import { toJobView } from '../jobs/job-view.ts';
import type { JobStore } from '../jobs/ports.ts';
import { type PostJobDeps, postJob } from '../jobs/post-job.ts';
import { type ResolveDeps, resolveScope, resolveTenant } from '../principals/resolve-tenant.ts';
import { NamedUser } from './named-user.ts';
import type { AssistantTool } from './ports.ts';

export interface JobToolsDeps extends PostJobDeps {
  readonly store: JobStore;
  readonly resolve: ResolveDeps;
}

const CreateArguments = z.strictObject({
  job: JobBody,
  idempotency_key: z.string().min(1).max(255).optional().describe('The same key, the same job.'),
});

const StatusArguments = z.strictObject({ id: z.string(), ...NamedUser });

/** Gives work to the workers. */
export function createJobTool(deps: JobToolsDeps): AssistantTool<typeof CreateArguments> {
  return {
    name: 'create_job',
    description:
      'Gives a job to the workers: code, a command, an HTTP request, a sub-agent or a tool call. Answers at once; job_status tells how it goes.',
    schema: CreateArguments,
    annotations: { readOnlyHint: false },
    async call({ job: body, idempotency_key: idempotencyKey }, { principal, requestId }) {
      const tenant = resolveTenant(deps.resolve, principal, body);
      const { id, status } = await postJob(deps, { body, tenant, idempotencyKey, requestId });
      return { id, status };
    },
  };
}

/** Tells how a job goes, and what came of it. */
export function createJobStatusTool(deps: JobToolsDeps): AssistantTool<typeof StatusArguments> {
  return {
    name: 'job_status',
    description: 'Tells how a job goes, and its result once there is one.',
    schema: StatusArguments,
    annotations: { readOnlyHint: true },
    async call({ id, ...named }, { principal }) {
      const job = deps.store.find(resolveScope(deps.resolve, principal, named), id);
      if (job === undefined) throw unknownJob();
      return JobView.parse(toJobView(job));
    },
  };
}
