import { Api, type UserEvent } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import { refuseOtherMediaTypes } from '../http/follow-stream.ts';
import { parseQuery } from '../http/parse-input.ts';
import type { Route } from '../http/route.ts';
import { openSse } from '../http/sse.ts';
import type { StreamLimit } from '../http/stream-limit.ts';
import { type ResolveDeps, resolveTenant } from '../principals/resolve-tenant.ts';
import type { UserFeed } from './user-feed.ts';

export interface EventRoutesDeps {
  readonly feed: UserFeed;
  readonly streams: StreamLimit;
  readonly resolve: ResolveDeps;
  readonly clock: Clock;
  /** Aborted when this process is about to end. */
  readonly stopping: AbortSignal;
}

/** One stream that tells a page when any of the user's runs, jobs and conversations is not what it was. */
export function createEventRoutes(deps: EventRoutesDeps): readonly Route[] {
  return [
    {
      endpoint: Api.watchEvents,
      async handle({ request, response, principal }) {
        refuseOtherMediaTypes(request);
        const named = parseQuery(Api.watchEvents.query, request.query);
        const tenant = resolveTenant(deps.resolve, principal, named);
        using _place = deps.streams.enter(tenant);
        await using stream = openSse(response, deps.clock);
        const tell = (event: UserEvent): void =>
          stream.tell({ line: JSON.stringify(event), place: undefined });
        using _watch = deps.feed.watch(tenant, tell);
        tell({ type: 'hello' });
        await ended(AbortSignal.any([stream.closed, deps.stopping]));
        if (deps.stopping.aborted) tell({ type: 'reconnect' });
      },
    },
  ];
}

function ended(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}
