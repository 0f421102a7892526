import type { MessageAdded } from '@bakerst/agent';
import type { ConversationId, EventPlace, RunId, RunStatus, Tenant } from '@bakerst/contracts';
import type { WantedCallback } from '../callbacks/callback.ts';
import type { WantedDelivery } from '../deliveries/delivery.ts';
import type { KeyedRequest } from '../idempotency/ports.ts';
import type { Job } from '../jobs/job.ts';
import type { Scope } from '../principals/principal.ts';
import type { Run, RunEnd, RunFence, RunSummary, StoredStep, Wanted } from './run.ts';
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
  /** The oldest run without an answer of each lock: the one whose turn it is. */
  listHeads(): readonly Run[];
  /** The same for one lock. */
  findHead(lockKey: string): Run | undefined;
  listSteps(id: RunId): readonly StoredStep[];
  findBody(hash: string): string;
  /** Raises the run's takeover and the fence; undefined when the run has ended meanwhile, or it is another one's turn. */
  takeOver(fence: RunFence): Promise<Run | undefined>;
  /** Appends; a `tool_called` throws AppError CONFLICT, reason HALTED, when a halt was asked for. */
  append(fence: RunFence, write: StepWrite): Promise<void>;
  /**
   * Stores the end and the answer in one transaction. Throws AppError UNAVAILABLE, reason SUSPENDED, for an uncertain end
   * whose questions have been answered meanwhile: the run is to be continued.
   */
  finish(fence: RunFence, end: RunEnd, write: StepWrite): Promise<void>;
  /** Notes that the run must not go on, and ends one that waits; undefined for an unknown run. */
  requestHalt(scope: Scope, id: string): Promise<HaltedRun | undefined>;
  /** True once it was asked that the run must not go on. */
  isHaltRequested(id: RunId): boolean;
  /** The runs without an answer of which that was asked. */
  listHalting(): readonly RunId[];
  /** True while messages wait for the run to take them up. */
  hasMessages(id: RunId): boolean;
  /** Makes these messages part of the run: each becomes a step of this turn. */
  takeMessages(fence: RunFence, take: MessageTake): Promise<TakenMessages>;
}

export interface TakenMessages {
  readonly steps: readonly MessageAdded[];
  /** The runs that these messages would have been. */
  readonly merged: readonly RunId[];
}

/** A run that must not go on, and its jobs that ended by that. */
export interface HaltedRun {
  readonly run: Run;
  readonly jobs: readonly Job[];
}

export interface MessageTake {
  readonly turn: number;
  /** Called in the transaction: numbers the events for these texts and gives the last one's place. */
  readonly reserve: (texts: readonly string[]) => EventPlace;
  /** Called right after the commit. */
  readonly committed: () => void;
}

interface RunFilter {
  readonly status?: RunStatus | undefined;
  readonly conversationId?: string | undefined;
}

export interface ListedRun {
  readonly seq: number;
  readonly run: RunSummary;
}

export interface ListedStep {
  readonly seq: number;
  readonly step: StoredStep;
}

/** For whoever looks through runs. */
export interface RunLister {
  /** Newest first, from before `beforeSeq`. */
  list(
    scope: Scope,
    filter: RunFilter,
    window: { readonly beforeSeq: number | undefined; readonly limit: number },
  ): readonly ListedRun[];
  /** Oldest first, from behind `afterSeq`. */
  listStepsAfter(id: RunId, afterSeq: number, limit: number): readonly ListedStep[];
}

/** What becomes of a conversation that is not there yet: the user's default one, or one beside it. */
type Opening = 'default' | 'another' | 'none';

export interface NewRun {
  readonly fence: RunFence;
  readonly conversationId: ConversationId;
  readonly opens: Opening;
  readonly message: string;
  /** Ids of what the message carries. */
  readonly attachments: readonly string[];
  /** What is left open is as its conversation says. */
  readonly wanted: Wanted;
  readonly requestId: string;
  readonly idempotency: KeyedRequest | undefined;
  readonly callback: WantedCallback | undefined;
  /** A chat that the answer goes to. */
  readonly delivery: WantedDelivery | undefined;
  readonly write: Pick<StepWrite, 'reserve' | 'committed'>;
  /** The run's first turn, stored with its message: it is built from what is in the transaction. */
  readonly firstTurn: (run: Run) => Pick<StepWrite, 'step' | 'bodies'>;
}

/** A message that waits for the user's lock. */
export interface WaitingMessage {
  readonly runId: RunId;
  readonly lockKey: string;
  readonly conversationId: ConversationId;
  readonly opens: Opening;
  readonly message: string;
  /** Ids of what the message carries. */
  readonly attachments: readonly string[];
  /** What is left open is as its conversation says. */
  readonly wanted: Wanted;
  readonly requestId: string;
  readonly idempotency: KeyedRequest | undefined;
  readonly callback: WantedCallback | undefined;
  /** A chat that the answer goes to. */
  readonly delivery: WantedDelivery | undefined;
  /** What it does about the run that is on. */
  readonly onBusy: 'queue' | 'steer' | 'interrupt';
}

export interface RunStarter {
  /** Undefined when there is no such conversation of this user; without an id the default one is meant. */
  findConversation(tenant: Tenant, id?: string): ConversationId | undefined;
  /** Message, run and its first two steps in one transaction; raises the fence. */
  start(tenant: Tenant, run: NewRun): Promise<Run>;
  /** Messages of all users that wait. */
  countWaiting(): number;
  /**
   * Stores a message that waits; throws AppError QUEUE_DEPTH_EXCEEDED when too many of this user do.
   */
  enqueue(tenant: Tenant, waiting: WaitingMessage): Promise<EnqueuedMessage>;
}

/** Messages that nobody has begun to answer. */
export interface QueuedMessages {
  /** False when there is no such message of the caller's, or it waits no longer. */
  change(scope: Scope, id: RunId, text: string): Promise<boolean>;
  /** Takes it back: gives its run, which has ended by that; undefined as above. */
  withdraw(scope: Scope, id: RunId): Promise<Run | undefined>;
  /**
   * Has it said to the run that is on, before its next model call; false as above, and when none is on. Throws AppError
   * CONFLICT, reason CANNOT_JOIN, for a message with files, or of another conversation than that run's.
   */
  steer(scope: Scope, id: RunId): Promise<boolean>;
  /** Halts the run that it waits for; undefined when it waits no longer. */
  interrupt(scope: Scope, id: RunId): Promise<Interruption | undefined>;
}

/** The run that is interrupted for a message, and its jobs that ended by that. */
interface Interruption {
  readonly halted: RunId | undefined;
  readonly haltedJobs: readonly Job[];
}

export interface EnqueuedMessage extends Interruption {
  readonly run: Run;
}
