import type { Tenant } from '@bakerst/contracts';
import type { Logger } from '@bakerst/kit';
import type { UserChanges } from '../events/ports.ts';
import type { Job } from './job.ts';
import type { JobRelay } from './job-relay.ts';
import { toJobEvent } from './job-view.ts';
import type { JobStore, NewJob } from './ports.ts';

export interface DispatchJobDeps {
  readonly store: JobStore;
  readonly relay: JobRelay;
  readonly changes: UserChanges;
  readonly log: Logger;
}

/**
 * Stores a job and sends it to the workers, or lets it wait for its turn. For a call of a run that has one already,
 * gives that one: a call is never executed twice because it was asked for twice.
 */
export async function dispatchJob(
  { store, relay, changes, log }: DispatchJobDeps,
  tenant: Tenant,
  job: NewJob,
): Promise<Job> {
  const added = await store.add(tenant, job);
  const { id: jobId, requestId, spec } = added.job;
  const fields = { requestId, jobId, type: spec.type, orgId: tenant.org, userId: tenant.user };
  if (jobId === job.id) log.info({ ...fields, runId: job.call?.runId }, 'job accepted');
  if (added.isNext) relay.relay(added.job);
  changes.tell(tenant, toJobEvent(added.job));
  return added.job;
}
