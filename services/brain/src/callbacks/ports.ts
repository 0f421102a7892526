import type { OrgId, RunId } from '@bakerst/contracts';
import type { ProcessIdentity } from '@bakerst/kit';
import type { Callback, Delivery, OutgoingEvent, SentText } from './callback.ts';

/** The right to send one event of a run, before which nobody else sends any of it. */
export interface EventClaim {
  readonly runId: RunId;
  readonly sequence: number;
  readonly takeover: number;
  /** Until this is settled it is not known what the receiver has of the text. */
  readonly hasText: boolean;
}

export interface EndClaim {
  readonly runId: RunId;
  readonly event: OutgoingEvent;
  /** How often it was sent before. */
  readonly attempts: number;
}

/** A process that sends. */
export interface CallbackSender extends ProcessIdentity {
  readonly id: string;
}

/** Claims last for a little longer than sending does, unless their holder is seen to have died. */
export interface CallbackStore {
  /** Undefined when nobody is to be called back, or its end has been told. */
  find(runId: RunId): Callback | undefined;
  /** Runs whose end is to be told now, those first that have waited longest. */
  listDue(limit: number): readonly RunId[];
  /**
   * Gives when the claim ends (epoch ms); undefined while another event of the run is being sent, and once its end is, or
   * a later takeover has told something.
   */
  claimEvent(claim: EventClaim): Promise<number | undefined>;
  /** Notes what the receiver has after an event, and lets go of the claim. */
  settleEvent(claim: EventClaim, sent: SentText): Promise<void>;
  /** The same for the end; undefined when somebody else has it, or has come first. */
  claimEnd(claim: EndClaim): Promise<number | undefined>;
  /** Lets go of the claim; the end is sent again, but not before this time. */
  postponeEnd(claim: EndClaim, notBefore: number): Promise<void>;
  /** Other processes that have claims. */
  listSenders(): readonly CallbackSender[];
  /** Ends the claims of a process. */
  release(sender: CallbackSender): Promise<void>;
  /** Nothing more is told of the run. */
  drop(runId: RunId): Promise<void>;
}

export interface CallbackSecret {
  readonly secret: string;
  readonly createdAt: number;
}

export interface CallbackSecrets {
  /** The secret of an org, which is made at its first use. */
  read(org: OrgId): Promise<CallbackSecret>;
  /** Puts a new one in its place. */
  rotate(org: OrgId): Promise<CallbackSecret>;
}

/** Posts an event, but not after `until` (epoch ms), when somebody else may; never throws. */
export type SendCallback = (
  callback: Pick<Callback, 'runId' | 'tenant' | 'url'>,
  event: OutgoingEvent,
  until: number,
) => Promise<Delivery>;
