import { ConversationId, type Tenant } from '@bakerst/contracts';
import type { NewId } from '@bakerst/kit';
import { findTwin, toKeyedRequest } from '../idempotency/find-twin.ts';
import type { KeyedRequest, KeyStore } from '../idempotency/ports.ts';
import { scopeOf } from '../principals/principal.ts';
import { hasReason } from '../runs/active-run.ts';
import { type Conversation, unknownConversation } from './conversation.ts';
import type { ConversationForker, ConversationStore } from './ports.ts';

export interface CreateConversationDeps {
  readonly conversations: Pick<ConversationStore, 'create' | 'find'>;
  readonly forker: ConversationForker;
  readonly keys: KeyStore;
  readonly newId: NewId;
}

export interface WantedConversation {
  readonly tenant: Tenant;
  readonly title: string | undefined;
  readonly idempotencyKey: string | undefined;
}

/** Opens a conversation; a known Idempotency-Key gives the one that it has opened. Throws AppError IDEMPOTENCY_MISMATCH. */
export function createConversation(
  deps: CreateConversationDeps,
  { tenant, title, idempotencyKey }: WantedConversation,
): Promise<Conversation> {
  const keyed = { tenant, idempotencyKey, asked: ['conversation', title ?? null] };
  return openOnce(deps, keyed, (made) => deps.conversations.create(tenant, { ...made, title }));
}

export interface WantedFork {
  readonly source: Conversation;
  readonly beforeSeq: number | undefined;
  readonly idempotencyKey: string | undefined;
}

/** The same for one that begins like another one. Throws AppError NOT_FOUND when that has just gone. */
export function forkConversation(
  deps: CreateConversationDeps,
  { source, beforeSeq, idempotencyKey }: WantedFork,
): Promise<Conversation> {
  const { tenant, id } = source;
  const keyed = { tenant, idempotencyKey, asked: ['fork', id, beforeSeq ?? null] };
  return openOnce(deps, keyed, async (made) => {
    const fork = await deps.forker.fork(source, { ...made, beforeSeq });
    if (fork === undefined) throw unknownConversation();
    return fork;
  });
}

interface Keyed {
  readonly tenant: Tenant;
  readonly idempotencyKey: string | undefined;
  readonly asked: readonly (string | number | null)[];
}

interface Made {
  readonly id: ConversationId;
  readonly idempotency: KeyedRequest | undefined;
}

async function openOnce(
  { conversations, keys, newId }: CreateConversationDeps,
  { tenant, idempotencyKey, asked }: Keyed,
  open: (made: Made) => Promise<Conversation>,
): Promise<Conversation> {
  const idempotency =
    idempotencyKey === undefined ? undefined : toKeyedRequest(idempotencyKey, asked);
  const findKnown = (): Conversation | undefined => {
    const id = findTwin(keys, tenant, idempotency);
    if (id === undefined) return undefined;
    const known = conversations.find(scopeOf(tenant), id);
    if (known === undefined) throw unknownConversation();
    return known;
  };
  const known = findKnown();
  if (known !== undefined) return known;
  try {
    return await open({ id: ConversationId.parse(newId()), idempotency });
  } catch (err) {
    const twin = hasReason(err, 'KEY_IN_USE') ? findKnown() : undefined;
    if (twin === undefined) throw err;
    return twin;
  }
}
