import type { ToolPlace } from '@bakerst/agent';
import type {
  CodeTimeoutMs,
  JobFailure,
  JobId,
  JobStatus,
  JobType,
  RunId,
  Tenant,
} from '@bakerst/contracts';
import type { z } from 'zod';

/** The call of a run's tool that a job is for; there is one job for each. */
export interface JobCall extends ToolPlace {
  readonly runId: RunId;
}

export interface Job {
  readonly id: JobId;
  readonly tenant: Tenant;
  readonly call: JobCall | undefined;
  readonly type: JobType;
  readonly status: JobStatus;
  /** From 1; a job that is given to another worker starts the next one. */
  readonly attempt: number;
  readonly code: string;
  readonly timeoutMs: z.infer<typeof CodeTimeoutMs>;
  readonly requestId: string;
  readonly workerId: string | undefined;
  /** Whole answer of the worker; undefined until there is one. */
  readonly result: unknown;
  readonly error: JobFailure | undefined;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
}
