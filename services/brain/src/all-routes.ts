import { probeNats } from '@bakerst/bus';
import { JobType, type SystemHealthView } from '@bakerst/contracts';
import { createAssistantRoutes } from './assistant/app.ts';
import type { Attachments } from './attachments/app.ts';
import type { Backups } from './backups/app.ts';
import { createBackupRoutes } from './backups/backup-routes.ts';
import type { Callbacks } from './callbacks/app.ts';
import { createCallbackRoutes } from './callbacks/callback-routes.ts';
import { type Channels, createChannels } from './channels/app.ts';
import { createChatRoutes } from './chat/chat-routes.ts';
import type { AcceptMessageDeps } from './chat/incoming-message.ts';
import type { Conversations } from './conversations/app.ts';
import { createEventRoutes } from './events/event-routes.ts';
import { createChatCompatRoutes } from './http/compat/chat-compat-routes.ts';
import { createListCompatRoutes } from './http/compat/list-compat-routes.ts';
import { createWebhookRoutes } from './http/compat/webhook-routes.ts';
import type { RateLimits } from './http/rate-limits.ts';
import type { Route } from './http/route.ts';
import { createStreamLimit } from './http/stream-limit.ts';
import { createSqliteKeyStore } from './idempotency/sqlite-key-store.ts';
import type { Jobs } from './jobs/app.ts';
import type { Job } from './jobs/job.ts';
import { createJobRoutes } from './jobs/job-routes.ts';
import { followHaltedJobs } from './jobs/move-job.ts';
import type { Mcp } from './mcp/app.ts';
import type { Memory } from './memory/app.ts';
import { createMetricsRoutes } from './metrics/metrics-routes.ts';
import type { Gauges } from './metrics/ports.ts';
import { createSqliteOpenWork } from './metrics/sqlite-open-work.ts';
import type { Models } from './models/app.ts';
import { createNotebookRoutes } from './notebook/notebook-routes.ts';
import type { Principals } from './principals/app.ts';
import type { Prompts } from './prompts/app.ts';
import { createPromptRoutes } from './prompts/prompt-routes.ts';
import type { Runs } from './runs/app.ts';
import { createRunRoutes } from './runs/run-routes.ts';
import { createSqliteRunStarter } from './runs/sqlite-run-starter.ts';
import type { Schedules } from './schedules/app.ts';
import type { Surroundings } from './surroundings.ts';
import { createProbes } from './system/create-probes.ts';
import { probeParts } from './system/probe-parts.ts';
import type { ProcessWatch } from './system/process-watch.ts';
import { createSystemRoutes } from './system/system-routes.ts';
import type { Triggers } from './triggers/app.ts';
import { createSqliteUsageReader } from './usage/sqlite-usage-reader.ts';
import { createUsageRoutes } from './usage/usage-routes.ts';

/** The features that are reached over HTTP. */
export interface Features {
  readonly memory: Memory;
  readonly jobs: Jobs;
  readonly runs: Runs;
  readonly callbacks: Callbacks;
  readonly processes: ProcessWatch;
  readonly principals: Principals;
  readonly conversations: Conversations;
  readonly attachments: Attachments;
  readonly backups: Backups;
  readonly mcp: Mcp;
  readonly models: Models;
  readonly sessionRoutes: readonly Route[];
  readonly prompts: Prompts;
  readonly schedules: Schedules;
  readonly triggers: Triggers;
  readonly limits: RateLimits;
}

/** Streams of one user's runs that services have open: a gateway follows as many as it has deliveries in hand. */
const SERVICE_STREAMS = 400;

/** Every route of the API. */
export function createRoutes(around: Surroundings, features: Features): readonly Route[] {
  const { jobs, runs, callbacks, processes, principals, conversations, models } = features;
  const { db, clock, newId, config, changes } = around;
  const keys = createSqliteKeyStore(db, clock);
  const { resolve } = principals;
  const talking = createTalking(around, features);
  const { follow, accept } = talking;
  const channels = createChannels(around, { ...features, accept, resolve });
  const compat = { conversations: conversations.store, jobs: jobs.store, resolve };
  const prompts = { ...features.prompts, models: models.choices };
  return [
    ...createChatRoutes({
      ...{ ...follow, accept, resolve, choices: prompts },
      allowedHosts: config.allowedHosts,
    }),
    ...createCallbackRoutes({ ...callbacks, resolve }),
    ...createRunRoutes({ ...accept, ...follow, resolve }),
    ...createEventRoutes({ ...follow, resolve, feed: changes }),
    ...createJobRoutes({ ...jobs, keys, resolve, newId }),
    ...features.schedules.createRoutes(resolve),
    ...features.triggers.createRoutes(resolve, features.limits),
    ...createWebhookRoutes({ ...jobs, keys, resolve, newId }),
    ...createChatCompatRoutes({ ...compat, ...follow, accept, newId }),
    ...createListCompatRoutes(compat),
    ...channels.routes,
    ...conversations.routes,
    ...features.attachments.routes,
    ...principals.routes,
    ...features.sessionRoutes,
    ...models.routes,
    ...createAssistant(around, features, talking),
    ...features.mcp.createRoutes(principals.resolve.tenants),
    ...createPromptRoutes({ ...prompts, ...runs, resolve, clock }),
    ...createNotebookRoutes({ ...features.prompts, resolve, changes, clock }),
    ...features.memory.createRoutes(resolve),
    ...createUsageRoutes({ usage: createSqliteUsageReader(db), resolve, clock }),
    ...createSystemRoutes({
      processes,
      readHealth: createHealthReader(around, features, channels),
    }),
    ...createBackupRoutes(features.backups.shelf),
    ...createMetricsRoutes({
      page: around.metrics,
      readGauges: createGauges(around, features, { ...follow, channels }),
    }),
  ];
}

type Talking = ReturnType<typeof createTalking>;

/** What takes messages, and what tells of the runs that they set off. */
function createTalking(around: Surroundings, { jobs, runs }: Features) {
  const { db, clock, log, newId, config, phase, changes } = around;
  const follow = {
    ...runs,
    streams: createStreamLimit(config.userStreams),
    serviceStreams: createStreamLimit(SERVICE_STREAMS),
    stopping: phase.stopping.signal,
    ending: phase.ending.signal,
    clock,
  };
  const accept: AcceptMessageDeps = {
    ...runs,
    keys: createSqliteKeyStore(db, clock),
    starter: around.faults.wrapStarter(createSqliteRunStarter(around)),
    halts: jobs.halts,
    changes,
    followHaltedJobs: (ended: readonly Job[]): void => followHaltedJobs(jobs, ended),
    clock,
    newId,
    log,
    noteFenced: () => phase.lookAtNats(),
    maxRuns: config.maxRuns,
  };
  return { follow, accept };
}

function createAssistant(
  { db, clock, newId, log, phase, version }: Surroundings,
  { jobs, memory, conversations, principals: { resolve } }: Features,
  { accept, follow }: Talking,
): readonly Route[] {
  const keys = createSqliteKeyStore(db, clock);
  return createAssistantRoutes({
    chat: { ...follow, accept, resolve },
    memory: { ...memory, search: conversations.search, resolve },
    jobs: { ...jobs, keys, resolve, newId },
    version,
    ending: phase.ending.signal,
    log,
  });
}

function createHealthReader(
  around: Surroundings,
  { models, processes, prompts, memory, schedules, triggers }: Features,
  channels: Channels,
): () => Promise<SystemHealthView> {
  const probes = createProbes({
    ...around,
    probeNats: () => probeNats(around.link),
    model: { readKind: () => models.live.readChosen().kind, readAccess: models.live.readAccess },
    processes,
    memory: memory.probes,
    kinds: JobType.options,
    channels: channels.probe,
    listPromptProblems: () => [
      ...prompts.files.listProblems(),
      ...schedules.file.listProblems(),
      ...triggers.file.listProblems(),
    ],
  });
  return () => probeParts(around, probes);
}

function createGauges(
  { db, link }: Surroundings,
  { runs, processes }: Features,
  counted: Pick<Talking['follow'], 'streams' | 'serviceStreams'> & {
    readonly channels: Channels;
  },
): () => Gauges {
  const openWork = createSqliteOpenWork(db);
  return () => ({
    ...openWork.readOpenWork(),
    runsInHand: runs.registry.size,
    openStreams: counted.streams.countOpen() + counted.serviceStreams.countOpen(),
    openDeliveries: counted.channels.listOpen(),
    workers: processes.list('worker').length,
    isNatsConnected: link.isConnected(),
  });
}
