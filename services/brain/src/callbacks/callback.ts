import type { CallbackMode, ConversationId, RunId, Tenant } from '@bakerst/contracts';

/** Who wants to be called back, and when. */
export interface WantedCallback {
  readonly url: string;
  readonly mode: CallbackMode;
  /** Time between two events of the mode `periodic`. */
  readonly throttleMs: number;
  readonly messageKey: string;
}

/** What the receiver has of a run's text. */
export interface SentText {
  readonly chars: number;
  /** SHA-256 of that text; undefined when it is not known whether the last event has arrived. */
  readonly hash: string | undefined;
}

/** The callback of a run whose end has not been told yet. */
export interface Callback extends WantedCallback {
  readonly runId: RunId;
  readonly tenant: Tenant;
  /** Of the request that asked for it. */
  readonly requestId: string;
  readonly conversationId: ConversationId;
  /** The run whose answer it tells: another one when that took its message up. */
  readonly answeredBy: RunId;
  /** Number of the last event whose sending has begun. */
  readonly lastSequence: number;
  readonly sent: SentText;
  /** Body of the last event, once its sending has begun. */
  readonly endEvent: string | undefined;
  /** How often that was sent. */
  readonly attempts: number;
}

/** An event on its way: every attempt sends the same bytes. */
export interface OutgoingEvent {
  readonly sequence: number;
  readonly body: string;
}

export type Delivery =
  | { readonly isTaken: true }
  | {
      readonly isTaken: false;
      /** Nobody knows whether the receiver has it. */
      readonly mayHaveArrived: boolean;
      readonly why: string;
    };
