import { Api, SystemHealthView, WorkersView } from '@bakerst/contracts';
import { type Route, sendJson } from '../http/route.ts';
import { toIso } from '../http/to-iso.ts';
import type { ProcessWatch } from './process-watch.ts';

export interface SystemRoutesDeps {
  readonly processes: ProcessWatch;
  readonly readHealth: () => Promise<SystemHealthView>;
}

/** What runs here, for whoever has a token. */
export function createSystemRoutes(deps: SystemRoutesDeps): readonly Route[] {
  const { processes, readHealth } = deps;
  return [
    {
      endpoint: Api.systemHealth,
      async handle({ response }) {
        sendJson(response, SystemHealthView, await readHealth());
      },
    },
    {
      endpoint: Api.listWorkers,
      async handle({ response }) {
        sendJson(response, WorkersView, {
          data: processes.list('worker').map((worker) => ({
            id: worker.id,
            host: worker.host,
            pid: worker.pid,
            version: worker.version,
            kinds: worker.kinds ?? [],
            busy: worker.busy,
            ready: worker.isReady,
            started_at: toIso(worker.startedAt),
            last_seen_at: toIso(worker.seenAt),
          })),
        });
      },
    },
  ];
}
