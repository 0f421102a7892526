import type { Client } from '@bakerst/client';
import type { CommandClient } from '@bakerst/commands';
import type { Tenant } from '@bakerst/contracts';
import { toNamed } from '../brain.ts';

export type CommandBrain = Pick<Client, keyof CommandClient | 'changeConversation'>;

/** What commands ask, asked for one tenant, until the brain has answered. */
export function createTenantClient(
  brain: CommandBrain,
  tenant: Tenant,
  ask: <T>(call: () => Promise<T>) => Promise<T>,
): CommandClient {
  const named = toNamed(tenant);
  return {
    createChannelLink: (body) => ask(() => brain.createChannelLink({ ...body, ...named })),
    createConversation: (wanted, options) =>
      ask(() => brain.createConversation({ ...wanted, ...named }, options)),
    exportConversation: (id, query) =>
      ask(() => brain.exportConversation(id, { ...query, ...named })),
    forkConversation: (id, from, options) =>
      ask(() => brain.forkConversation(id, { ...from, ...named }, options)),
    getJob: (id) => ask(() => brain.getJob(id, named)),
    haltRun: (id) => ask(() => brain.haltRun(id, named)),
    listFacts: (query) => ask(() => brain.listFacts({ ...query, ...named })),
    listJobs: (query) => ask(() => brain.listJobs({ ...query, ...named })),
    listMessages: (id, query) => ask(() => brain.listMessages(id, { ...query, ...named })),
    listModels: () => ask(() => brain.listModels()),
    listPersonas: () => ask(() => brain.listPersonas()),
    listRuns: (query) => ask(() => brain.listRuns({ ...query, ...named })),
    postJob: (body, options) => ask(() => brain.postJob({ ...body, ...named }, options)),
    storeFact: (body, options) => ask(() => brain.storeFact({ ...body, ...named }, options)),
  };
}
