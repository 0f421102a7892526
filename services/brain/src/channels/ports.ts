import type { ConversationId, Tenant } from '@bakerst/contracts';
import type { ChannelChat, ChannelName, IdentityView, Sender } from '@bakerst/contracts/channels';
import type { Scope } from '../principals/principal.ts';

/** Somebody on a channel, and where they speak. */
export interface Speaker {
  readonly channel: ChannelName;
  readonly sender: Sender;
  readonly chat: ChannelChat;
}

/** Somebody on a channel who speaks for a user. */
export interface ChannelIdentity {
  readonly seq: number;
  readonly channel: ChannelName;
  readonly senderId: string;
  readonly name: string;
  readonly username: string | undefined;
  readonly tenant: Tenant;
  readonly linkedBy: IdentityView['linked_by'];
  readonly createdAt: number;
}

interface ListWindow {
  readonly beforeSeq: number | undefined;
  readonly limit: number;
}

export interface IdentityStore {
  find(channel: ChannelName, senderId: string): Tenant | undefined;
  /** Newest first. */
  list(scope: Scope, window: ListWindow): readonly ChannelIdentity[];
  /** They speak for the user no more, and nothing goes out to where they did; false when there is no such one. */
  remove(scope: Scope, channel: ChannelName, senderId: string): Promise<boolean>;
  /** What the channel calls somebody who speaks for a user, and where they do, from now on. */
  meet(tenant: Tenant, speaker: Speaker): Promise<void>;
  /**
   * Makes the speaker the owner of the installation, unless somebody on the channel was that ever: then undefined, or
   * whom they speak for.
   */
  claimOwner(owner: Tenant, speaker: Speaker): Promise<Tenant | undefined>;
}

interface NewLinkCode {
  readonly code: string;
  readonly expiresAt: number;
}

/**
 * `silent`: too many wrong codes; nothing is said to whoever gives more of them. `in_group`: others have read the code,
 * so it counts no more.
 */
export type ClaimOutcome = Tenant | 'wrong' | 'silent' | 'in_group';

export interface LinkStore {
  /** A code by which somebody is linked to the user, once. */
  add(tenant: Tenant, channel: ChannelName): Promise<NewLinkCode>;
  /** Links whoever gives a code that counts; one that does not is counted against them. */
  claim(speaker: Speaker, code: string): Promise<ClaimOutcome>;
}

/** A stranger who asks to be let in, or is not to ask again. */
export interface AccessRequest {
  readonly seq: number;
  readonly channel: ChannelName;
  readonly code: string;
  readonly senderId: string;
  readonly name: string;
  readonly username: string | undefined;
  readonly isBlocked: boolean;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface AccessRequestStore {
  /** Has the stranger told what to show to whom; nothing happens for a blocked one, and while too many ask. */
  ask(speaker: Speaker): Promise<void>;
  /** Newest first. */
  list(channel: ChannelName, window: ListWindow): readonly AccessRequest[];
  find(channel: ChannelName, code: string): AccessRequest | undefined;
  /** Each gives false when there is no such request any more. */
  allow(tenant: Tenant, request: AccessRequest): Promise<boolean>;
  block(request: AccessRequest): Promise<boolean>;
  dismiss(request: AccessRequest): Promise<boolean>;
}

export interface ChatStore {
  /** The conversation that what is said in the chat goes to; undefined before there was one, and once it is deleted. */
  findConversation(tenant: Tenant, place: ChatPlace): ConversationId | undefined;
  /** What is said in the chat goes there from now on; null: to a new one. */
  choose(tenant: Tenant, speaker: Speaker, conversationId: ConversationId | null): Promise<void>;
}

interface ChatPlace {
  readonly channel: ChannelName;
  readonly chat: ChannelChat;
}
