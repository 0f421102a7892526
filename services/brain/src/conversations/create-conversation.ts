import { ConversationId, type Tenant } from '@bakerst/contracts';
import type { NewId } from '@bakerst/kit';
import { findTwin, toKeyedRequest } from '../idempotency/find-twin.ts';
import type { KeyStore } from '../idempotency/ports.ts';
import { scopeOf } from '../principals/principal.ts';
import { hasReason } from '../runs/active-run.ts';
import { type Conversation, unknownConversation } from './conversation.ts';
import type { ConversationStore } from './ports.ts';

export interface CreateConversationDeps {
  readonly conversations: Pick<ConversationStore, 'create' | 'find'>;
  readonly keys: KeyStore;
  readonly newId: NewId;
}

export interface WantedConversation {
  readonly tenant: Tenant;
  readonly title: string | undefined;
  readonly idempotencyKey: string | undefined;
}

/** Opens a conversation; a known Idempotency-Key gives the one that it has opened. Throws AppError IDEMPOTENCY_MISMATCH. */
export async function createConversation(
  deps: CreateConversationDeps,
  { tenant, title, idempotencyKey }: WantedConversation,
): Promise<Conversation> {
  const { conversations, keys } = deps;
  const idempotency =
    idempotencyKey === undefined
      ? undefined
      : toKeyedRequest(idempotencyKey, ['conversation', title ?? null]);
  const findKnown = (): Conversation | undefined => {
    const id = findTwin(keys, tenant, idempotency);
    if (id === undefined) return undefined;
    const known = conversations.find(scopeOf(tenant), id);
    if (known === undefined) throw unknownConversation();
    return known;
  };
  const known = findKnown();
  if (known !== undefined) return known;
  const id = ConversationId.parse(deps.newId());
  try {
    return await conversations.create(tenant, { id, title, idempotency });
  } catch (err) {
    const twin = hasReason(err, 'KEY_IN_USE') ? findKnown() : undefined;
    if (twin === undefined) throw err;
    return twin;
  }
}
