import type { HaltAnnouncer, RunEventBus } from '@bakerst/bus';
import { type ChatRequest, ConversationId, RunId, type Tenant } from '@bakerst/contracts';
import type { Clock, Logger, NewId } from '@bakerst/kit';
import type { WantedCallback } from '../callbacks/callback.ts';
import type { WantedDelivery } from '../deliveries/delivery.ts';
import type { UserChanges } from '../events/ports.ts';
import { findTwin } from '../idempotency/find-twin.ts';
import type { KeyedRequest, KeyStore } from '../idempotency/ports.ts';
import type { Job } from '../jobs/job.ts';
import type { Recall } from '../prompts/ports.ts';
import type { RunRegistry } from '../runs/active-run.ts';
import type { NewRun, RunStarter, RunStore } from '../runs/ports.ts';
import type { PreparedBase, RunStart } from '../runs/prepare-base.ts';
import type { Run, Wanted } from '../runs/run.ts';
import type { RunHost } from '../runs/run-host.ts';
import type { RunLocks } from '../runs/take-lock.ts';

export interface AcceptMessageDeps {
  readonly keys: KeyStore;
  readonly starter: RunStarter;
  readonly store: Pick<RunStore, 'find' | 'findHead'>;
  readonly runLocks: RunLocks;
  readonly host: Pick<RunHost, 'carry' | 'halt' | 'wake'>;
  readonly halts: HaltAnnouncer;
  readonly registry: RunRegistry;
  readonly runEvents: RunEventBus;
  readonly changes: UserChanges;
  /** What follows from these jobs' having ended. */
  readonly followHaltedJobs: (jobs: readonly Job[]) => void;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly prepareBase: (run: Run, start: RunStart) => PreparedBase;
  readonly recall: Recall;
  readonly log: Logger;
  /** Told of a lock in hand that counts for nothing: its bucket may be another one than is known yet. */
  readonly noteFenced: () => void;
  /** Runs that this brain carries at a time. */
  readonly maxRuns: number;
}

export interface IncomingMessage {
  readonly tenant: Tenant;
  readonly request: ChatRequest;
  /** A conversation that this message opens, in the place of the one that it could name. */
  readonly opens?: ConversationId;
  /** What a client that knows our ids not calls the conversation. */
  readonly conversationName?: string;
  readonly idempotencyKey: string | undefined;
  readonly callback: WantedCallback | undefined;
  /** A chat that the answer goes to. */
  readonly delivery?: WantedDelivery;
  readonly requestId: string;
}

/** A message on its way in, with the key by which it would be known again. */
export interface KeyedMessage extends IncomingMessage {
  readonly keyed: KeyedRequest | undefined;
  readonly lockKey: string;
}

/** The run that the same request has started. */
export function findRun(
  { keys }: Pick<AcceptMessageDeps, 'keys'>,
  { tenant, keyed }: Pick<KeyedMessage, 'tenant' | 'keyed'>,
): RunId | undefined {
  return RunId.optional().parse(findTwin(keys, tenant, keyed));
}

/** The conversation that a message goes to; the user's default one, which it may have to open. */
export function chooseConversation(
  { starter, newId }: Pick<AcceptMessageDeps, 'starter' | 'newId'>,
  { tenant, request, opens }: IncomingMessage,
): Pick<NewRun, 'conversationId' | 'opens'> {
  if (opens !== undefined) return { conversationId: opens, opens: 'another' };
  const found = starter.findConversation(tenant, request.conversation_id);
  return found === undefined
    ? { conversationId: ConversationId.parse(newId()), opens: 'default' }
    : { conversationId: found, opens: 'none' };
}

/** Who is to answer, as far as the message says so. */
export function toWanted({ request: { persona, model } }: IncomingMessage): Wanted {
  return { persona, model };
}

/** Tells the user's readers of a conversation that a message has opened. */
export function tellOpened(
  { changes }: Pick<AcceptMessageDeps, 'changes'>,
  tenant: Tenant,
  { conversationId, opens }: Pick<NewRun, 'conversationId' | 'opens'>,
): void {
  if (opens !== 'none')
    changes.tell(tenant, { type: 'conversation', conversation_id: conversationId });
}
