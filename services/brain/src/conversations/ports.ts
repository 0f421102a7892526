import type { ConversationId, Tenant, Usage } from '@bakerst/contracts';
import type { AnsweredTurn } from '../history/ports.ts';
import type { KeyedRequest } from '../idempotency/ports.ts';
import type { Scope } from '../principals/principal.ts';
import type { Conversation, Message } from './conversation.ts';

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

export interface NewConversation {
  readonly id: ConversationId;
  readonly title: string | undefined;
  readonly idempotency: KeyedRequest | undefined;
}

/** What is undefined stays as it is; a title of null is made anew with the next message. */
export interface ConversationChange {
  readonly title?: string | null | undefined;
  readonly pinned?: boolean | undefined;
  readonly archived?: boolean | undefined;
  /** Null for the usual one. */
  readonly persona?: string | null | undefined;
  readonly model?: string | null | undefined;
  readonly check?: (before: Conversation) => void;
}

/** Undefined: both; archived ones are left out unless they are asked for, and so are deleted ones. */
interface ConversationFilter {
  readonly archived: boolean | undefined;
  readonly pinned: boolean | undefined;
  readonly deleted: boolean | undefined;
}

/** Where a list by the time of the last message goes on. */
export interface ConversationPlace {
  readonly updatedAt: number;
  readonly id: string;
}

interface MessageWindow {
  /** Only what comes behind this place, in the order that is asked for. */
  readonly after: number | undefined;
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
}

/** Deleted conversations are found by `restore` alone, and by a list that asks for them. */
export interface ConversationStore {
  /** Stores it with its key; throws AppError CONFLICT, reason KEY_IN_USE, when another request has just used that. */
  create(tenant: Tenant, conversation: NewConversation): Promise<Conversation>;
  find(scope: Scope, id: string): Conversation | undefined;
  /** True for an id that any conversation has or has had, of whomever. */
  isTaken(id: ConversationId): boolean;
  /** The one that was last spoken in first, from behind `after`. */
  list(
    scope: Scope,
    filter: ConversationFilter,
    window: { readonly after: ConversationPlace | undefined; readonly limit: number },
  ): readonly Conversation[];
  /** `change.check` is asked in the transaction, and may throw: nothing is changed then. */
  change(scope: Scope, id: string, change: ConversationChange): Promise<Conversation | undefined>;
  /** Throws AppError CONFLICT, reason CONVERSATION_BUSY, while a run of it is on or waits. */
  remove(scope: Scope, id: string): Promise<Conversation | undefined>;
  restore(scope: Scope, id: string): Promise<Conversation | undefined>;
  /** Deletes every conversation of a user, whatever goes on in it; gives those that it has deleted. */
  removeAll(tenant: Tenant): Promise<readonly Conversation[]>;
  listMessages(id: ConversationId, window: MessageWindow): readonly Message[];
}

interface NewFork {
  readonly id: ConversationId;
  /** Only messages before this place. */
  readonly beforeSeq: number | undefined;
  readonly idempotency: KeyedRequest | undefined;
}

/** Begins conversations with what was said in others. */
export interface ConversationForker {
  /**
   * Undefined when there is no such conversation. The messages keep the ids of the runs that they belong to. Throws
   * AppError CONFLICT, reason CONVERSATION_TOO_LONG, and KEY_IN_USE as `create` does.
   */
  fork(source: Conversation, wanted: NewFork): Promise<Conversation | undefined>;
}

export interface FoundMessage {
  /** Place in the order of the search. */
  readonly place: number;
  readonly conversationId: ConversationId;
  readonly title: string | undefined;
  readonly message: Message;
}

/** Finds messages by their words; knows those of the last seconds too. */
export interface MessageSearch {
  /** Newest first, from before `before`. `words`: lower-case; the last one may be the beginning of one. */
  search(
    tenant: Tenant,
    words: readonly string[],
    window: { readonly before: number | undefined; readonly limit: number },
  ): Promise<readonly FoundMessage[]>;
}

/** Lets the search learn what was said; each call takes at most so many messages and gives how many it took. */
export interface MessageIndexer {
  learn(limit: number): Promise<number>;
}

/** A conversation that may get a better title. */
export interface UntitledTalk {
  readonly message: string;
  readonly answer: string;
}

export interface TitleStore {
  /** The first question and answer of a conversation that has no better title than its first words. */
  findUntitled(id: ConversationId): UntitledTalk | undefined;
  /** Stores the title unless there is a better one by now, and what it cost; false when there was. */
  setTitle(tenant: Tenant, id: ConversationId, made: MadeTitle): Promise<boolean>;
}

interface MadeTitle {
  readonly title: string;
  readonly model: string;
  readonly usage: Usage;
  readonly costUsd: number | undefined;
}
