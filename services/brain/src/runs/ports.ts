import type { ConversationId, EventPlace, RunId, Tenant } from '@bakerst/contracts';
import type { KeyedRequest } from '../idempotency/ports.ts';
import type { Scope } from '../principals/principal.ts';
import type { Run, RunEnd, RunFence, RunSummary, StoredStep } from './run.ts';
import type { RunStep } from './run-step.ts';

/** A text that steps name by its hash. */
export interface Body {
  readonly hash: string;
  readonly content: string;
}

/** Numbers the stream events of a step inside its transaction; `store` is told where they end. */
export interface StepWrite {
  readonly step: RunStep;
  readonly bodies?: readonly Body[];
  /** Called in the transaction: gives the last event that the step covers. May throw, and nothing is stored then. */
  readonly reserve: () => EventPlace;
  /** Called right after the commit, before anything else happens. */
  readonly committed: () => void;
  /** Called in the transaction that stored nothing: writes of the same run that follow must fail too. */
  readonly failed: () => void;
}

/** Every write throws AppError UNAVAILABLE, reason FENCED, when a later holder of the lock has written. */
export interface RunStore {
  find(scope: Scope, id: string): RunSummary | undefined;
  /** Runs without an answer, oldest first. */
  listUnfinished(): readonly Run[];
  listSteps(id: RunId): readonly StoredStep[];
  findBody(hash: string): string;
  /** Raises the run's takeover and the fence; undefined when the run has ended meanwhile. */
  takeOver(fence: RunFence): Promise<Run | undefined>;
  /** Appends; a `tool_called` throws AppError CONFLICT, reason HALTED, when a halt was asked for. */
  append(fence: RunFence, write: StepWrite): Promise<void>;
  /** Stores the end and the answer in one transaction. */
  finish(fence: RunFence, end: RunEnd, write: StepWrite): Promise<void>;
  /** Notes that the run must not go on; undefined for an unknown run. */
  requestHalt(scope: Scope, id: string): Promise<Run | undefined>;
}

export interface NewRun {
  readonly fence: RunFence;
  readonly conversationId: ConversationId;
  /** The conversation is not there yet: it becomes the user's default one. */
  readonly opensDefault: boolean;
  readonly message: string;
  readonly requestId: string;
  readonly idempotency: KeyedRequest | undefined;
  readonly write: Pick<StepWrite, 'reserve' | 'committed'>;
  /** The run's first turn, stored with its message: it is built from what is in the transaction. */
  readonly firstTurn: (run: Run) => Pick<StepWrite, 'step' | 'bodies'>;
}

export interface RunStarter {
  /** Undefined when there is no such conversation of this user; without an id the default one is meant. */
  findConversation(tenant: Tenant, id?: string): ConversationId | undefined;
  /** Message, run and its first two steps in one transaction; raises the fence. */
  start(tenant: Tenant, run: NewRun): Promise<Run>;
}
