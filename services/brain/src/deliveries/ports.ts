import type { ConversationId, OrgId, RunId, Tenant, UserId } from '@bakerst/contracts';
import type {
  ChannelChat,
  ChannelName,
  DeliverTo,
  DeliveryReport,
} from '@bakerst/contracts/channels';
import type { Delivery, DueDelivery, OutgoingText, WantedDelivery } from './delivery.ts';

/** Who serves a channel. */
export interface Holding {
  readonly channel: ChannelName;
  /** Goes up with each gateway that begins to serve it. */
  readonly epoch: number;
  readonly bot: string | undefined;
  /** The brain that the gateway is connected to; undefined while it is to none. */
  readonly brain: string | undefined;
}

export interface HolderStore {
  /** Makes a gateway the one that serves the channel, connected to this brain. Without a `bot` the last one's stays. */
  take(
    channel: ChannelName,
    taking: { readonly holder: string; readonly bot: string | undefined },
  ): Promise<Holding>;
  /** The gateway is not connected any more, unless a later one is. */
  leave(holding: Holding): Promise<void>;
  find(channel: ChannelName): Holding | undefined;
}

/** The chat of a user that is meant: without an id the newest where they talk alone. Undefined when there is none. */
export type FindChat = (tenant: Tenant, deliverTo: DeliverTo) => ChannelChat | undefined;

/** A run with the conversation that it belongs to. */
interface TalkedRun {
  readonly id: RunId;
  readonly tenant: Tenant;
  readonly conversationId: ConversationId;
}

/** Where somebody who has set a run off reads its answer besides the page. */
export type FindTalk = (run: TalkedRun) => DeliverTo | undefined;

/** What goes out to chats, of all users. */
export interface OutboxStore {
  /** All open ones that can be sent now, the oldest first. */
  listDue(channel: ChannelName): readonly DueDelivery[];
  /** Undefined for one that is open no more. */
  findOpen(id: string): Delivery | undefined;
  /** Closed by others than the gateway, while they were open, since then (epoch ms): at most so many, the last ones. */
  listWithdrawn(channel: ChannelName, since: number, limit: number): readonly string[];
  countOpen(channel: ChannelName): number;
  /** The run that a message of this key has started. */
  findRun(
    channel: ChannelName,
    key: string,
  ): { readonly tenant: Tenant; readonly runId: RunId } | undefined;
  /** Stores a text that is to go out; one with a known key is given instead. */
  addText(
    tenant: { readonly org: OrgId; readonly user: UserId } | undefined,
    delivery: WantedDelivery,
    text: OutgoingText,
  ): Promise<Delivery>;
  /**
   * What becomes of a delivery, by whoever serves the channel. Throws AppError CONFLICT, reason FENCED, for anybody else,
   * reason DELIVERY_CLOSED for what is about to be sent of one that is not open; NOT_FOUND for an unknown delivery.
   */
  report(channel: ChannelName, id: string, report: DeliveryReport): Promise<Reported>;
}

export interface Reported {
  readonly mayBeRepeat: boolean;
  /** Of a part that was sent. */
  readonly messageId: string | null;
  /** The delivery has ended by it. */
  readonly ended: 'sent' | 'failed' | undefined;
}
