import { ConversationId, type Tenant } from '@bakerst/contracts';
import { deriveId, type NewId } from '@bakerst/kit';
import type { Conversation } from '../../conversations/conversation.ts';
import type { ConversationStore } from '../../conversations/ports.ts';
import { type Scope, scopeOf } from '../../principals/principal.ts';

interface ChooseDeps {
  readonly conversations: Pick<ConversationStore, 'find' | 'isTaken'>;
  readonly newId: NewId;
}

/** Where a message goes: to a conversation that is there, or to one that it opens. */
export type Choice = { readonly known: ConversationId } | { readonly opens: ConversationId };

/**
 * BK-05: without an id the message opens a conversation; an unknown id opens one that is known by it from then on. An id
 * that is not one of ours, or is somebody else's, stands for an id of this user's that is made from it; after a deletion
 * for the next one of these.
 */
export function chooseCompatConversation(
  { conversations, newId }: ChooseDeps,
  tenant: Tenant,
  named: string | undefined,
): Choice {
  if (named === undefined) return { opens: ConversationId.parse(newId()) };
  const found = findNamed(conversations, scopeOf(tenant), named);
  return found === undefined
    ? { opens: firstFree(conversations, tenant, named) }
    : { known: found.id };
}

/** The conversation that a client calls so: by one of our ids, or by one of its own. */
export function findNamed(
  conversations: ChooseDeps['conversations'],
  scope: Scope,
  named: string,
): Conversation | undefined {
  const found = conversations.find(scope, named);
  if (found !== undefined || scope.user === undefined) return found;
  const tenant = { org: scope.org, user: scope.user };
  const free = firstFreeGeneration(conversations, tenant, named);
  return conversations.find(scope, toOwnId(tenant, named, free === 0 ? 0 : free - 1));
}

function firstFree(
  conversations: ChooseDeps['conversations'],
  tenant: Tenant,
  named: string,
): ConversationId {
  return toOwnId(tenant, named, firstFreeGeneration(conversations, tenant, named));
}

/** How many conversations there have been under this name; all but the last one were deleted. */
function firstFreeGeneration(
  { isTaken }: ChooseDeps['conversations'],
  tenant: Tenant,
  named: string,
): number {
  let generation = 0;
  while (isTaken(toOwnId(tenant, named, generation))) generation++;
  return generation;
}

/** The id for what a client calls a conversation. */
function toOwnId({ org, user }: Tenant, named: string, generation: number): ConversationId {
  return ConversationId.parse(deriveId(JSON.stringify([org, user, named, generation])));
}
