import type { JobId, RunId, Tenant } from '@bakerst/contracts';
import type {
  ChannelButton,
  ChannelChat,
  ChannelName,
  DeliveryPart,
  DeliveryStatus,
} from '@bakerst/contracts/channels';

/** Where the outcome of a run or job is to go. */
export interface WantedDelivery {
  readonly id: string;
  readonly channel: ChannelName;
  readonly chat: ChannelChat;
  /** The channel's id of the message that is answered. */
  readonly replyTo?: string | undefined;
  /** By which whoever asks would know it again. */
  readonly key?: string | undefined;
  /** Who has said what is answered: what is said in this chat goes to the same conversation from then on. */
  readonly senderId?: string | undefined;
}

/** A text as it goes out. */
export interface OutgoingText {
  readonly text: string;
  readonly buttons: readonly ChannelButton[];
}

/** What a delivery tells. */
export type DeliverySubject =
  | { readonly kind: 'run'; readonly runId: RunId }
  | { readonly kind: 'job'; readonly jobId: JobId }
  | ({ readonly kind: 'text' } & OutgoingText);

export interface Delivery {
  readonly id: string;
  readonly channel: ChannelName;
  /** Undefined for what a stranger is told. */
  readonly tenant: Tenant | undefined;
  readonly chat: ChannelChat;
  readonly replyTo: string | undefined;
  readonly subject: DeliverySubject;
  readonly status: DeliveryStatus;
  readonly revision: number;
  readonly parts: readonly DeliveryPart[];
  readonly createdAt: number;
}

/** An open delivery that can be sent now, as little of it as is needed to choose. */
export interface DueDelivery {
  readonly id: string;
  readonly revision: number;
  readonly chatId: string;
  /** Messages before it in its user's queue, and itself; undefined for one that waits for nothing. */
  readonly place: number | undefined;
}
