import type { JobId, JobProgress, JobResult, Tenant } from '@bakerst/contracts';
import type { KeyedRequest } from '../idempotency/ports.ts';
import type { Scope } from '../principals/principal.ts';
import type { RunFence } from '../runs/run.ts';
import type { Job, JobCall } from './job.ts';

export interface NewJob {
  readonly id: JobId;
  readonly type: Job['type'];
  readonly code: string;
  readonly timeoutMs: number;
  readonly requestId: string;
  /** For a tool call of a run: its place, and the token that fences it. */
  readonly call?: JobCall;
  readonly fence?: RunFence;
  readonly idempotency?: KeyedRequest | undefined;
}

export interface JobStore {
  find(scope: Scope, id: string): Job | undefined;
  /** Jobs that are not in the work queue yet, oldest first. */
  listQueued(): readonly Job[];
  /** Stores the job, or gives the one that is there for the same call or key. Fenced when it belongs to a run. */
  add(tenant: Tenant, job: NewJob): Promise<Job>;
  /** The attempt is in the work queue. Only goes forward. */
  markDispatched(marks: readonly Pick<Job, 'id' | 'attempt'>[]): Promise<void>;
  /** Notes what workers tell; only goes forward. */
  markProgress(progress: readonly JobProgress[]): Promise<void>;
  /** Commits a result; false when the job already has one, or is unknown. */
  record(result: JobResult): Promise<boolean>;
  isFinished(id: JobId): boolean;
}
