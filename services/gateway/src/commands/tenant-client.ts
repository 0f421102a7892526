import type { Client } from '@bakerst/client';
import type { CommandClient } from '@bakerst/commands';
import type { Tenant } from '@bakerst/contracts';
import { toNamed } from '../brain.ts';

export type CommandBrain = Pick<Client, keyof CommandClient | 'changeConversation'>;

/** What commands ask, asked for one tenant. */
export function createTenantClient(brain: CommandBrain, tenant: Tenant): CommandClient {
  const named = toNamed(tenant);
  return {
    createChannelLink: (body) => brain.createChannelLink({ ...body, ...named }),
    createConversation: (wanted, options) =>
      brain.createConversation({ ...wanted, ...named }, options),
    exportConversation: (id, query) => brain.exportConversation(id, { ...query, ...named }),
    forkConversation: (id, from, options) =>
      brain.forkConversation(id, { ...from, ...named }, options),
    getJob: (id) => brain.getJob(id, named),
    haltRun: (id) => brain.haltRun(id, named),
    listFacts: (query) => brain.listFacts({ ...query, ...named }),
    listJobs: (query) => brain.listJobs({ ...query, ...named }),
    listMessages: (id, query) => brain.listMessages(id, { ...query, ...named }),
    listModels: () => brain.listModels(),
    listPersonas: () => brain.listPersonas(),
    listRuns: (query) => brain.listRuns({ ...query, ...named }),
    postJob: (body, options) => brain.postJob({ ...body, ...named }, options),
    storeFact: (body) => brain.storeFact({ ...body, ...named }),
  };
}
