import type { ToolPlace } from '@bakerst/agent';
import type { JobFailure, JobId, JobSpec, RunId, Tenant } from '@bakerst/contracts';
import type { JobState } from './job-state.ts';

/** The call of a run's tool that a job is for; there is one job for each. */
export interface JobCall extends ToolPlace {
  readonly runId: RunId;
}

export interface Job extends JobState {
  readonly id: JobId;
  readonly tenant: Tenant;
  readonly call: JobCall | undefined;
  readonly spec: JobSpec;
  readonly orderingKey: string | undefined;
  readonly requestId: string;
  readonly workerId: string | undefined;
  /** Whole answer of the worker; undefined until there is one. */
  readonly result: unknown;
  readonly error: JobFailure | undefined;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
}
