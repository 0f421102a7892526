import { HISTORY_MAX_LIMIT, HistoryPage, OrgId, UserId } from '@bakerst/contracts';
import { z } from 'zod';
import { parsePath, parseQuery } from '../http/parse-input.ts';
import { type Route, sendJson } from '../http/route.ts';
import { type ResolveDeps, resolveScope } from '../principals/resolve-tenant.ts';
import type { MessageStore } from './ports.ts';

export interface HistoryRoutesDeps {
  readonly messages: MessageStore;
  readonly resolve: ResolveDeps;
}

const Path = z.object({ org: OrgId, userId: UserId });

function wholeNumber({ min, max }: { readonly min: number; readonly max: number }) {
  return z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(min).max(max));
}

const Query = z.object({
  limit: wholeNumber({ min: 1, max: HISTORY_MAX_LIMIT }).default(HISTORY_MAX_LIMIT),
  offset: wholeNumber({ min: 0, max: 1_000_000 }).default(0),
});

/** BT-10: what a user said and was answered, oldest first. */
export function createHistoryRoutes(deps: HistoryRoutesDeps): readonly Route[] {
  return [
    {
      method: 'get',
      path: '/api/v1/orgs/:org/users/:userId/history',
      async handle({ request, response, principal }) {
        const { org, userId } = parsePath(Path, request.params);
        const { limit, offset } = parseQuery(Query, request.query);
        const scope = resolveScope(deps.resolve, principal, { org, user_id: userId });
        const { entries, total } = deps.messages.listHistory(scope, { limit, offset });
        sendJson(response, HistoryPage, {
          user_id: userId,
          entries: entries.map(({ message, answer, at }) => ({
            user_message: message,
            assistant_response: answer,
            timestamp: at,
            created_at: new Date(at).toISOString(),
          })),
          total_count: total,
          limit,
          offset,
        });
      },
    },
  ];
}
