import type {
  JobDispatch,
  JobId,
  JobProgress,
  JobResult,
  JobSpec,
  JobStart,
  JobStartAnswer,
  JobStatus,
  JobType,
  ReplayClass,
  ResolveOutcome,
  Tenant,
  ToolCallsAnswer,
  ToolCallsAsk,
  ToolCallsDone,
} from '@bakerst/contracts';
import type { WantedDelivery } from '../deliveries/delivery.ts';
import type { KeyedRequest } from '../idempotency/ports.ts';
import type { Scope } from '../principals/principal.ts';
import type { RunFence } from '../runs/run.ts';
import type { Job, JobCall } from './job.ts';

export interface NewJob {
  readonly id: JobId;
  readonly spec: JobSpec;
  readonly replay: ReplayClass;
  readonly orderingKey?: string | undefined;
  readonly requestId: string;
  /** For a tool call of a run: its place, and the token that fences it. */
  readonly call?: JobCall;
  readonly fence?: RunFence;
  readonly idempotency?: KeyedRequest | undefined;
  /** A chat that is told what becomes of it. */
  readonly delivery?: WantedDelivery | undefined;
  /** Asked in the transaction that stores a new job; what it throws keeps the job from being stored. */
  readonly admit?: () => void;
}

/** A job as it stands, and whether nothing keeps it from being sent to the workers. */
export interface AddedJob {
  readonly job: Job;
  readonly isNext: boolean;
}

interface JobFilter {
  readonly status?: JobStatus | undefined;
  readonly type?: JobType | undefined;
  readonly runId?: string | undefined;
}

interface JobPageWindow {
  /** Only jobs that were posted before this one. */
  readonly beforeSeq: number | undefined;
  readonly limit: number;
}

interface ListedJob {
  readonly seq: number;
  readonly job: Job;
}

export interface JobStore {
  find(scope: Scope, id: string): Job | undefined;
  /** Newest first; dead jobs that were dismissed are left out, but for those of one run. */
  list(scope: Scope, filter: JobFilter, window: JobPageWindow): readonly ListedJob[];
  /** Stores the job, or gives the one that is there for the same call or key. Fenced when it belongs to a run. */
  add(tenant: Tenant, job: NewJob): Promise<AddedJob>;
  isFinished(id: JobId): boolean;
  /** The job that a call of a run has, if it has one. */
  findOfCall(call: JobCall): Job | undefined;
  /** A job of whomever: for what workers tell of it. */
  findAny(id: JobId): Job | undefined;
}

/** What became of a job by a result, a start or a look: the job as it is now, or undefined when nothing changed. */
export interface JobMove {
  readonly job: Job;
  /** It has ended, it waits for its next attempt, or it stands where it stood. */
  readonly kind: 'ended' | 'requeued' | 'begun' | 'kept';
  /** Of one that was requeued. */
  readonly waitMs: number;
  /** The run that waited for its outcome goes on. */
  readonly hasReopened: boolean;
}

/** A job that is in the work queue, as far as its row tells. */
export interface PublishedJob {
  readonly seq: number;
  readonly job: Job;
  /** Its place there; undefined when whoever sent it died before noting that. */
  readonly streamSeq: number | undefined;
}

export interface JobQueueStore {
  /** Jobs that may be sent to the workers now: the head of each ordering key, at most two of code for each user. */
  listNext(): readonly Job[];
  /** Of these, the ones for which the end of a job has made room. */
  listNextAfter(job: Job): readonly Job[];
  /** Attempts that are in the work queue. Only goes forward; gives the jobs whose state that changed. */
  markDispatched(
    marks: readonly { readonly id: JobId; readonly attempt: number; readonly streamSeq: number }[],
  ): Promise<readonly Job[]>;
  /** Notes what workers tell; only goes forward, and gives the jobs that did. */
  markProgress(progress: readonly JobProgress[]): Promise<readonly Job[]>;
  /** Commits a result; undefined when it changes nothing, or the job is unknown. */
  record(result: JobResult): Promise<JobMove | undefined>;
  /** Answers a worker that wants to act; the intent is stored when it may. */
  start(ask: JobStart): Promise<{ readonly answer: JobStartAnswer; readonly move?: JobMove }>;
  /**
   * Unfinished jobs that have left for the work queue and were posted before `before` (epoch ms), or by a clock that
   * was set back since, oldest first, from behind `afterSeq`.
   */
  listPublished(
    before: number,
    afterSeq: number,
  ): { readonly found: readonly PublishedJob[]; readonly isLast: boolean };
  /** Jobs that were halted at `since` (epoch ms) or later: the newest, at most 500. */
  listHaltedSince(since: number): readonly JobId[];
  /** The job is not in the work queue any more. */
  noteLost(lost: PublishedJob): Promise<JobMove | undefined>;
  /** The work queue delivers this message of the job, and with it the attempts from this one on, no more. */
  noteGivenUp(message: Pick<JobDispatch, 'jobId' | 'attempt'>): Promise<JobMove | undefined>;
  /**
   * Tells when the work queue was made. Another value than before: everything that was in it is lost, and moves.
   * Undefined when that is known already.
   */
  noteQueueCreated(created: string): Promise<readonly JobMove[] | undefined>;
}

export interface DecidedCalls {
  readonly answer: ToolCallsAnswer;
  /** Whose code it is; undefined where nothing was decided. */
  readonly job?: Job;
  readonly move?: JobMove;
}

/** What is known of the tool calls that code makes. */
export interface ToolCallStore {
  /** Decides in one transaction, and stores the intent of every call that may be made. */
  ask(ask: ToolCallsAsk): Promise<DecidedCalls>;
  /** Stores answers; false when the attempt no longer counts. */
  note(done: ToolCallsDone): Promise<boolean>;
}

/** Each gives undefined for an unknown job. */
export interface JobActionStore {
  /** A dead job begins anew. Throws AppError CONFLICT for any other. */
  redrive(scope: Scope, id: string): Promise<JobMove | undefined>;
  /** A dead job leaves the list. Throws AppError CONFLICT for any other. */
  dismiss(scope: Scope, id: string): Promise<JobMove | undefined>;
  /** Ends a job that has not ended; one that has stays as it is. */
  halt(scope: Scope, id: string): Promise<JobMove | undefined>;
  /**
   * What a person says of an interrupted job. The first answer counts: throws AppError CONFLICT for a job that is not,
   * or no longer, interrupted.
   */
  resolve(
    scope: Scope,
    id: string,
    said: { readonly outcome: ResolveOutcome; readonly result: unknown },
  ): Promise<JobMove | undefined>;
}
