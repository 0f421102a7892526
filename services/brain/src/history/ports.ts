import type { ConversationId, RunId, Tenant, Usage } from '@bakerst/contracts';

/** A message of the person with its answer, as far as it is needed to judge its length. */
export interface AnsweredTurn {
  readonly seq: number;
  readonly message: string;
  readonly answer: string;
}

/** Notes on a conversation up to and with the turn that begins at this message. */
export interface Summary {
  readonly throughSeq: number;
  readonly content: string;
}

/** What the last request of a conversation was thought to take, and what it took. */
export interface MeasuredRequest {
  readonly estimatedTokens: number;
  readonly tokens: number;
}

/** What is known of a conversation's length; reads only. */
export interface HistoryReader {
  /** The newest notes that reach no further than before this message. */
  findSummary(id: ConversationId, beforeSeq: number): Summary | undefined;
  /** Of the last run before this message whose model has answered. */
  findMeasured(id: ConversationId, beforeSeq: number): MeasuredRequest | undefined;
}

export interface SummaryStore {
  /**
   * The oldest answered turns that no notes tell of, oldest first; at most `limit`, and none of a conversation that is
   * deleted.
   */
  listUnsummarised(id: ConversationId, limit: number): readonly AnsweredTurn[];
  find(id: ConversationId): Summary | undefined;
  /** True for the one who may make these notes: nobody else may before `until` (epoch ms), or once they are made. */
  claim(id: ConversationId, throughSeq: number, until: number): Promise<boolean>;
  /** Stores the notes, a step of the run after which they were made, and what they cost. */
  keep(tenant: Tenant, made: MadeSummary): Promise<void>;
  /** They could not be made: somebody else may try. */
  giveUp(id: ConversationId, throughSeq: number): Promise<void>;
}

interface MadeSummary extends Summary {
  readonly conversationId: ConversationId;
  readonly runId: RunId;
  readonly model: string;
  readonly usage: Usage;
  readonly costUsd: number | undefined;
}
