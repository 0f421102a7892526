import type { ErrorCode, JobStatus, JobType, RunStatus, Usage } from '@bakerst/contracts';
import type { Job } from '../jobs/job.ts';

interface AnsweredRequest {
  readonly method: string;
  /** Path of the endpoint with its parameters in braces; undefined for a path that nothing is at. */
  readonly route: string | undefined;
  readonly status: number;
  readonly seconds: number;
}

export interface CountedReply {
  readonly model: string;
  readonly usage: Usage;
  /** Undefined for a model without a price. */
  readonly costUsd: number | undefined;
  /** From the question to the last word; undefined where nobody measured it. */
  readonly seconds: number | undefined;
}

/** What features tell as it happens. Cheap, and never throws. */
export interface Metrics {
  requestAnswered(request: AnsweredRequest): void;
  /** A request was turned away because of too much: one that is answered with 429. */
  requestRefused(code: ErrorCode): void;
  lockAsked(outcome: 'won' | 'held' | 'failed', seconds: number): void;
  modelReplied(reply: CountedReply): void;
  modelFailed(reason: string): void;
  runEnded(status: RunStatus): void;
  jobEnded(job: Pick<Job, 'spec' | 'status' | 'error'>): void;
  /** What a worker told of a job changed nothing: it was decided already, or there is no such job. */
  resultIgnored(): void;
  /** A call of an MCP tool was not to be made; `code` is one of ours. */
  toolRefused(code: string): void;
  deliveryEnded(channel: string, status: 'sent' | 'failed'): void;
}

/** Work that has not ended, of all brains together. */
interface OpenWork {
  readonly jobs: readonly {
    readonly type: JobType;
    readonly status: JobStatus;
    readonly count: number;
  }[];
  readonly runs: readonly { readonly status: RunStatus; readonly count: number }[];
}

export interface OpenWorkReader {
  readOpenWork(): OpenWork;
}

/** What is read when somebody asks. */
export interface Gauges extends OpenWork {
  /** Runs that this brain executes. */
  readonly runsInHand: number;
  readonly openStreams: number;
  /** Workers that were heard of lately. */
  readonly workers: number;
  readonly isNatsConnected: boolean;
  /** Deliveries that wait, of all brains. */
  readonly openDeliveries: readonly { readonly channel: string; readonly count: number }[];
}

export interface MetricsPage {
  /** Everything, in the text format of Prometheus. */
  read(gauges: Gauges): Promise<string>;
}
