import type { ConversationId, FiringId, Tenant, TriggerId } from '@bakerst/contracts';
import type { Action, TriggerCondition, TriggerPreset } from '@bakerst/contracts/schedules';
import type { FiredWork, Firing } from '../actions/ports.ts';
import type { KeyedRequest } from '../idempotency/ports.ts';
import type { Scope } from '../principals/principal.ts';

export interface TriggerFields {
  readonly preset: TriggerPreset;
  readonly filter: readonly TriggerCondition[];
  readonly action: Action;
  readonly perMinute: number;
  readonly isPaused: boolean;
}

export interface Trigger extends TriggerFields {
  readonly seq: number;
  readonly id: TriggerId;
  readonly tenant: Tenant;
  readonly name: string;
  readonly source: 'api' | 'file';
  readonly entryHash: string | undefined;
  readonly conversationId: ConversationId | undefined;
  /** Deliveries from before are not replayed. */
  readonly replaySince: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface NewTrigger extends TriggerFields {
  readonly id: TriggerId;
  readonly name: string;
  /** Undefined: nobody may deliver before one is made. */
  readonly secret: string | undefined;
  readonly source: Trigger['source'];
  readonly entryHash?: string;
}

export interface Delivery extends Firing {
  readonly hasPayload: boolean;
  readonly replayOf: FiringId | undefined;
}

/** How a delivery is known again. */
export interface DeliveryKey {
  readonly text: string;
  /** Its sender signs no time: it stays known for as long as its trigger is there. */
  readonly isUndated: boolean;
}

/** What became of a payload before anything fires. */
export type Prepared =
  | { readonly kind: 'fires'; readonly action: Action }
  | { readonly kind: 'filtered' }
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string };

export interface NewDelivery {
  readonly prepared: Prepared;
  /** JSON, without secrets. */
  readonly payloadText: string;
  readonly key?: DeliveryKey | undefined;
  readonly replayOf?: FiringId;
  readonly idempotency?: KeyedRequest | undefined;
  readonly requestId: string;
}

export interface ReceivedDelivery {
  readonly delivery: Pick<Firing, 'id' | 'status'>;
  readonly isKnown: boolean;
  readonly fired: readonly FiredWork[];
}

export interface TriggerStore {
  find(scope: Scope, name: string): Trigger | undefined;
  /** Undefined when none was made yet, or the key that it was encrypted with is another one, which is logged once. */
  readSecret(trigger: Trigger): string | undefined;
  list(
    scope: Scope,
    window: { readonly beforeSeq: number | undefined; readonly limit: number },
  ): readonly Trigger[];
  listOfFile(tenant: Tenant): readonly Trigger[];
  /** Throws AppError CONFLICT, reason TRIGGER_EXISTS or TOO_MANY_TRIGGERS. */
  create(tenant: Tenant, trigger: NewTrigger): Promise<Trigger>;
  /** What is left out stays as it is. Throws AppError NOT_FOUND when it is gone meanwhile, as `setSecret` does. */
  change(
    trigger: Trigger,
    fields: Partial<TriggerFields> & { readonly entryHash?: string },
  ): Promise<Trigger>;
  setSecret(trigger: Trigger, secret: string): Promise<void>;
  remove(trigger: Trigger): Promise<void>;
  /** Takes a trigger of the file away; one that the file makes of the same name has its secret and its deliveries. */
  setAside(trigger: Trigger): Promise<void>;
  /**
   * Stores a delivery, and sets off what it may; one that came before is found, and nothing happens. Throws AppError
   * QUEUE_DEPTH_EXCEEDED when too many wait for their turn.
   */
  receive(trigger: Trigger, delivery: NewDelivery): Promise<ReceivedDelivery>;
  /** Notes one that was refused, in one row for each reason and minute. */
  noteRefused(trigger: Trigger, reason: string): Promise<void>;
  findDelivery(trigger: Trigger, id: string): Delivery | undefined;
  /** JSON; undefined when nothing of it was read. */
  readPayload(trigger: Trigger, id: FiringId): string | undefined;
  listDeliveries(
    trigger: Trigger,
    window: { readonly beforeSeq: number | undefined; readonly limit: number },
  ): readonly Delivery[];
}
