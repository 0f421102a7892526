import { Api, HistoryCleared, HistoryPage, OrgId, UserId } from '@bakerst/contracts';
import { z } from 'zod';
import type { UserChanges } from '../events/ports.ts';
import { parsePath, parseQuery } from '../http/parse-input.ts';
import { type Route, sendJson } from '../http/route.ts';
import { toIso } from '../http/to-iso.ts';
import { requireAdmin } from '../principals/require-admin.ts';
import { type ResolveDeps, resolveScope } from '../principals/resolve-tenant.ts';
import type { ConversationStore, MessageStore } from './ports.ts';

export interface HistoryRoutesDeps {
  readonly messages: MessageStore;
  readonly conversations: Pick<ConversationStore, 'removeAll'>;
  readonly changes: UserChanges;
  readonly resolve: ResolveDeps;
}

const Path = z.object({ org: OrgId, userId: UserId });

/** BT-10, BT-11: what a user said and was answered, oldest first. */
export function createHistoryRoutes(deps: HistoryRoutesDeps): readonly Route[] {
  return [
    {
      endpoint: Api.listHistory,
      async handle({ request, response, principal }) {
        const { org, userId } = parsePath(Path, request.params);
        const { limit, offset } = parseQuery(Api.listHistory.query, request.query);
        const scope = resolveScope(deps.resolve, principal, { org, user_id: userId });
        const { entries, total } = deps.messages.listHistory(scope, { limit, offset });
        sendJson(response, HistoryPage, {
          user_id: userId,
          entries: entries.map(({ message, answer, at }) => ({
            user_message: message,
            assistant_response: answer,
            timestamp: at,
            created_at: toIso(at),
          })),
          total_count: total,
          limit,
          offset,
        });
      },
    },
    {
      endpoint: Api.clearHistory,
      async handle(call) {
        const { org, userId } = parsePath(Path, call.request.params);
        requireAdmin(deps.resolve.tenants, call);
        const tenant = { org, user: userId };
        for (const { id } of await deps.conversations.removeAll(tenant))
          deps.changes.tell(tenant, { type: 'conversation', conversation_id: id });
        sendJson(call.response, HistoryCleared, { message: 'User history cleared' });
      },
    },
  ];
}
