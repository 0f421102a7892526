import type { ConversationId } from '@bakerst/contracts';
import type { Scope } from '../principals/principal.ts';

/** A message of the person with its answer. */
interface AnsweredTurn {
  readonly seq: number;
  readonly message: string;
  readonly answer: string;
}

interface HistoryEntry {
  readonly message: string;
  readonly answer: string;
  /** When the message was accepted. */
  readonly at: number;
}

interface HistoryWindow {
  readonly limit: number;
  /** Counted from the oldest entry that is listed. */
  readonly offset: number;
}

/** Messages of failed runs, and those that are not answered yet, are in no list of this store. */
export interface MessageStore {
  /** The last answered turns before the message `beforeSeq`, oldest first. */
  listTurns(id: ConversationId, beforeSeq: number, limit: number): readonly AnsweredTurn[];
  /** Text of one message. */
  readMessage(id: ConversationId, seq: number): string;
  /** All that a user said and was answered; the newest entries up to the org's `max_history_storage`. */
  listHistory(
    scope: Scope,
    window: HistoryWindow,
  ): { readonly entries: readonly HistoryEntry[]; readonly total: number };
}

interface OrgSettings {
  /** Model calls that one message may take. */
  readonly maxTurns: number;
  /** Earlier turns of the conversation that go to the model. */
  readonly maxHistoryLlm: number;
}

export interface TenantSettings {
  readSettings(org: string): OrgSettings;
  readLanguage(org: string, user: string): string;
}
