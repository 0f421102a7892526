import { join } from 'node:path';
import { probeNats } from '@bakerst/bus';
import { JobType, type ModelConfig, type SystemHealthView } from '@bakerst/contracts';
import type { Express } from 'express';
import { type Attachments, createAttachments } from './attachments/app.ts';
import type { GarbageDeps } from './attachments/collect-garbage.ts';
import { type Backups, createBackups } from './backups/app.ts';
import { createBackupRoutes } from './backups/backup-routes.ts';
import { type Callbacks, createCallbacks } from './callbacks/app.ts';
import type { CallBack } from './callbacks/call-back.ts';
import { createCallbackRoutes } from './callbacks/callback-routes.ts';
import { createChatRoutes } from './chat/chat-routes.ts';
import type { AcceptMessageDeps } from './chat/incoming-message.ts';
import { type Conversations, createConversations } from './conversations/app.ts';
import type { MessageIndexer } from './conversations/ports.ts';
import { createDocsRoutes } from './docs/docs-routes.ts';
import { createEventRoutes } from './events/event-routes.ts';
import { createHealthRoutes } from './health/health-routes.ts';
import { createChatCompatRoutes } from './http/compat/chat-compat-routes.ts';
import { createListCompatRoutes } from './http/compat/list-compat-routes.ts';
import { createWebhookRoutes } from './http/compat/webhook-routes.ts';
import { createApp } from './http/create-app.ts';
import { createRateLimits } from './http/rate-limits.ts';
import type { Route } from './http/route.ts';
import { createStreamLimit, type StreamLimit } from './http/stream-limit.ts';
import { createSqliteKeyStore } from './idempotency/sqlite-key-store.ts';
import { createJobs, type Jobs } from './jobs/app.ts';
import type { Job } from './jobs/job.ts';
import { createJobRoutes } from './jobs/job-routes.ts';
import { followHaltedJobs } from './jobs/move-job.ts';
import { createMetricsRoutes } from './metrics/metrics-routes.ts';
import type { Gauges } from './metrics/ports.ts';
import { createSqliteOpenWork } from './metrics/sqlite-open-work.ts';
import { toModelConfig } from './models/to-model-config.ts';
import { createPrincipals, type Principals } from './principals/app.ts';
import { createRuns, type Runs } from './runs/app.ts';
import type { RunHost } from './runs/run-host.ts';
import { createRunRoutes } from './runs/run-routes.ts';
import { createSqliteRunStarter } from './runs/sqlite-run-starter.ts';
import type { Surroundings } from './surroundings.ts';
import { createProbes } from './system/create-probes.ts';
import { probeParts } from './system/probe-parts.ts';
import { createProcessWatch, type ProcessWatch } from './system/process-watch.ts';
import { createSystemRoutes } from './system/system-routes.ts';
import { createSqliteUsageReader } from './usage/sqlite-usage-reader.ts';
import { createUsageRoutes } from './usage/usage-routes.ts';

export interface Brain {
  readonly app: Express;
  readonly host: RunHost;
  readonly callBack: CallBack;
  readonly jobs: Jobs;
  readonly processes: ProcessWatch;
  readonly backups: Backups;
  /** Runs that this brain has in hand. */
  readonly countRuns: () => number;
  readonly readModelConfig: () => ModelConfig;
  /** Lets the search know what is said. */
  readonly indexer: MessageIndexer;
  readonly attachments: GarbageDeps;
}

/** Builds every feature on its adapters. */
export function createBrain(around: Surroundings): Brain {
  const { clock, log, newId, config, phase } = around;
  const jobs: Jobs = createJobs(around, () => runs.host.wake());
  const runs = createRuns(around, jobs, (active) => callbacks.callBack.follow(active));
  const callbacks = createCallbacks(around, runs.store);
  const processes = createProcessWatch(clock);
  const principals = createPrincipals(around);
  const conversations = createConversations(around, principals.resolve);
  const attachments = createAttachments(around, principals.resolve);
  const backups = createBackups(around);
  const app = createApp({
    routes: createRoutes(around, {
      jobs,
      runs,
      callbacks,
      processes,
      principals,
      conversations,
      attachments,
      backups,
    }),
    health: createHealthRoutes({
      clock,
      version: around.version,
      model: { ...runs.chosen.choice, kind: runs.chosen.kind, readAccess: runs.model.readAccess },
      isReady: () => phase.isReady,
      readState: () => (phase.closed === 'starting' ? 'starting' : 'stopping'),
      agentName: config.agentName,
    }),
    docs: createDocsRoutes(around.version),
    authenticator: principals.authenticator,
    limits: createRateLimits(config.rateLimits),
    newId,
    log,
    clock,
    metrics: around.metrics,
    secrets: around.secrets,
    readClosed: () => phase.closed,
    isLeaving: () => phase.closed !== 'starting' && !phase.isReady,
    publicUrl: config.publicUrl,
    corsOrigins: config.corsOrigins,
    bindAddress: config.host,
  });
  return {
    app,
    host: runs.host,
    callBack: callbacks.callBack,
    jobs,
    processes,
    backups,
    countRuns: () => runs.registry.size,
    indexer: conversations.indexer,
    attachments,
    readModelConfig: () => toModelConfig(config.operatingSystemDir, runs),
  };
}

interface Features {
  readonly jobs: Jobs;
  readonly runs: Runs;
  readonly callbacks: Callbacks;
  readonly processes: ProcessWatch;
  readonly principals: Principals;
  readonly conversations: Conversations;
  readonly attachments: Attachments;
  readonly backups: Backups;
}

function createRoutes(around: Surroundings, features: Features): readonly Route[] {
  const { jobs, runs, callbacks, processes, principals, conversations, attachments, backups } =
    features;
  const { db, clock, log, newId, config, phase, changes } = around;
  const keys = createSqliteKeyStore(db, clock);
  const { resolve } = principals;
  const follow = {
    ...runs,
    streams: createStreamLimit(config.userStreams),
    stopping: phase.stopping.signal,
    ending: phase.ending.signal,
    clock,
  };
  const { halts } = jobs;
  const followHalted = (ended: readonly Job[]): void => followHaltedJobs(jobs, ended);
  const accept: AcceptMessageDeps = {
    ...runs,
    keys,
    starter: around.faults.wrapStarter(createSqliteRunStarter(around)),
    halts,
    changes,
    followHaltedJobs: followHalted,
    clock,
    newId,
    log,
    maxRuns: config.maxRuns,
  };
  const compat = { conversations: conversations.store, jobs: jobs.store, resolve };
  return [
    ...createChatRoutes({ ...follow, accept, resolve, allowedHosts: config.allowedHosts }),
    ...createCallbackRoutes({ ...callbacks, resolve }),
    ...createRunRoutes({ ...follow, resolve, halts, changes, followHaltedJobs: followHalted }),
    ...createEventRoutes({ ...follow, resolve, feed: changes }),
    ...createJobRoutes({ ...jobs, keys, resolve, newId }),
    ...createWebhookRoutes({ ...jobs, keys, resolve, newId }),
    ...createChatCompatRoutes({ ...compat, ...follow, accept, newId }),
    ...createListCompatRoutes(compat),
    ...conversations.routes,
    ...attachments.routes,
    ...principals.routes,
    ...createUsageRoutes({ usage: createSqliteUsageReader(db), resolve, clock }),
    ...createSystemRoutes({ processes, readHealth: createHealthReader(around, features) }),
    ...createBackupRoutes(backups.shelf),
    ...createMetricsRoutes({
      page: around.metrics,
      readGauges: createGauges(around, features, follow.streams),
    }),
  ];
}

function createHealthReader(
  around: Surroundings,
  { runs, processes }: Features,
): () => Promise<SystemHealthView> {
  const probes = createProbes({
    ...around,
    probeNats: () => probeNats(around.link),
    model: { kind: runs.chosen.kind, readAccess: runs.model.readAccess },
    processes,
    kinds: JobType.options,
  });
  return () => probeParts(around, probes);
}

function createGauges(
  { db, link }: Surroundings,
  { runs, processes }: Features,
  streams: StreamLimit,
): () => Gauges {
  const openWork = createSqliteOpenWork(db);
  return () => ({
    ...openWork.readOpenWork(),
    runsInHand: runs.registry.size,
    openStreams: streams.countOpen(),
    workers: processes.list('worker').length,
    isNatsConnected: link.isConnected(),
  });
}

/** The database of a data directory. */
export function databasePath(dataDir: string): string {
  return join(dataDir, 'bakerst.db');
}
