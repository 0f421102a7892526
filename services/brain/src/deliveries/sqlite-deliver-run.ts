import type { ConversationId, RunId, Tenant } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { prepareKeepChat } from '../channels/sqlite-keep-chat.ts';
import type { WantedDelivery } from './delivery.ts';
import { prepareAddDelivery } from './sqlite-add-delivery.ts';

export interface DeliveredRun {
  readonly runId: RunId;
  readonly conversationId: ConversationId;
  readonly delivery: WantedDelivery | undefined;
  readonly now: number;
}

/** Prepares what stores, inside the transaction that stores a run, where its answer goes besides its conversation. */
export function prepareDeliverRun(db: Database): (tenant: Tenant, run: DeliveredRun) => void {
  const addDelivery = prepareAddDelivery(db);
  const keepChat = prepareKeepChat(db);
  return (tenant, { runId, conversationId, delivery, now }) => {
    if (delivery === undefined) return;
    addDelivery({ tenant, delivery, subject: { kind: 'run', runId }, now });
    const { channel, chat, senderId } = delivery;
    if (senderId !== undefined) keepChat(tenant, { channel, chat, senderId, conversationId, now });
  };
}
