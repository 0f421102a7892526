import type {
  ConversationId,
  FiringId,
  JobId,
  JobStatus,
  RunId,
  RunStatus,
  ScheduleId,
  Tenant,
  TriggerId,
} from '@bakerst/contracts';
import type { FiringStatus } from '@bakerst/contracts/schedules';
import type { Job } from '../jobs/job.ts';
import type { Run } from '../runs/run.ts';

/** What fires: a schedule or a trigger. */
export type FiringSource =
  | { readonly kind: 'schedule'; readonly id: ScheduleId }
  | { readonly kind: 'trigger'; readonly id: TriggerId };

/** One time that something fires, and what became of it. */
export interface Firing {
  readonly seq: number;
  readonly id: FiringId;
  readonly source: FiringSource;
  readonly scheduledAt: number | undefined;
  readonly at: number;
  readonly status: FiringStatus;
  readonly reason: string | undefined;
  readonly count: number;
  readonly runId: RunId | undefined;
  readonly jobId: JobId | undefined;
  readonly conversationId: ConversationId | undefined;
  readonly outcome: RunStatus | JobStatus | undefined;
}

/** What was set off, for whoever tells of it once it is stored. */
export interface FiredWork {
  readonly tenant: Tenant;
  readonly source: FiringSource;
  readonly run?: Run;
  /** A conversation that was opened for it. */
  readonly opened?: ConversationId;
  readonly job?: Job;
}

export interface FiringStore {
  /** Undefined when there is none, or it is another source's. */
  find(source: FiringSource, id: string): Firing | undefined;
  /** Newest first. */
  list(
    source: FiringSource,
    window: { readonly beforeSeq: number | undefined; readonly limit: number },
  ): readonly Firing[];
  /** Sets off what waits and may begin now, of whomever. */
  fireWaiting(): Promise<readonly FiredWork[]>;
  /** Takes away what was decided before `before` (epoch ms) and waits no more; gives how many. */
  prune(before: number): Promise<number>;
}

/** Tells of what was set off: workers, runs and readers. */
export type TellFired = (works: readonly FiredWork[]) => void;
