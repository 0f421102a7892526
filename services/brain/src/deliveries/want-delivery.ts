import type { Tenant } from '@bakerst/contracts';
import type { DeliverTo } from '@bakerst/contracts/channels';
import { AppError, type NewId } from '@bakerst/kit';
import type { WantedDelivery } from './delivery.ts';
import type { FindChat } from './ports.ts';

/** Throws AppError VALIDATION_ERROR, reason CHANNEL_NOT_LINKED, for a chat that is not the user's. */
export function checkDeliverTo(
  findChat: FindChat,
  tenant: Tenant,
  deliverTo: DeliverTo | undefined,
): void {
  if (deliverTo === undefined || findChat(tenant, deliverTo) !== undefined) return;
  const which = deliverTo.chat_id === undefined ? 'no chat' : 'no such chat';
  throw new AppError(
    'VALIDATION_ERROR',
    `deliver_to: this user has ${which} on ${deliverTo.channel}`,
    { reason: 'CHANNEL_NOT_LINKED' },
  );
}

/** Where something goes at this moment; undefined when nothing was asked for, or the chat is the user's no more. */
export function wantDelivery(
  { findChat, newId }: { readonly findChat: FindChat; readonly newId: NewId },
  tenant: Tenant,
  deliverTo: DeliverTo | undefined,
): WantedDelivery | undefined {
  if (deliverTo === undefined) return undefined;
  const chat = findChat(tenant, deliverTo);
  return chat && { id: newId(), channel: deliverTo.channel, chat };
}
