import type { Tenant } from '@bakerst/contracts';
import type { Job } from './job.ts';
import type { JobRelay } from './job-relay.ts';
import type { JobStore, NewJob } from './ports.ts';

export interface DispatchJobDeps {
  readonly store: JobStore;
  readonly relay: JobRelay;
}

/**
 * Stores a job and sends it to the workers. For a call of a run that has one already, gives that one:
 * a call is never executed twice because it was asked for twice.
 */
export async function dispatchJob(
  { store, relay }: DispatchJobDeps,
  tenant: Tenant,
  job: NewJob,
): Promise<Job> {
  const stored = await store.add(tenant, job);
  if (stored.status === 'queued') relay.relay(stored);
  return stored;
}
