import { join } from 'node:path';
import type { ModelConfig } from '@bakerst/contracts';
import type { Express } from 'express';
import { type Callbacks, createCallbacks } from './callbacks/app.ts';
import type { CallBack } from './callbacks/call-back.ts';
import { createCallbackRoutes } from './callbacks/callback-routes.ts';
import { createChatRoutes } from './chat/chat-routes.ts';
import type { AcceptMessageDeps } from './chat/incoming-message.ts';
import { createHistoryRoutes } from './conversations/history-routes.ts';
import { createSqliteMessageStore } from './conversations/sqlite-message-store.ts';
import { createDocsRoutes } from './docs/docs-routes.ts';
import { createEventRoutes } from './events/event-routes.ts';
import { createHealthRoutes } from './health/health-routes.ts';
import { createWebhookRoutes } from './http/compat/webhook-routes.ts';
import { createApp } from './http/create-app.ts';
import { createRateLimits } from './http/rate-limits.ts';
import type { Route } from './http/route.ts';
import { createStreamLimit } from './http/stream-limit.ts';
import { createSqliteKeyStore } from './idempotency/sqlite-key-store.ts';
import { createJobs, type Jobs } from './jobs/app.ts';
import type { Job } from './jobs/job.ts';
import { createJobRoutes } from './jobs/job-routes.ts';
import { followHaltedJobs } from './jobs/move-job.ts';
import { toModelConfig } from './models/to-model-config.ts';
import { createAuthenticator } from './principals/authenticate.ts';
import { createSqliteTenantStore } from './principals/sqlite-tenant-store.ts';
import { createSqliteTokenStore } from './principals/sqlite-token-store.ts';
import { createRuns, type Runs } from './runs/app.ts';
import type { RunHost } from './runs/run-host.ts';
import { createRunRoutes } from './runs/run-routes.ts';
import { createSqliteRunStarter } from './runs/sqlite-run-starter.ts';
import type { Surroundings } from './surroundings.ts';
import { createProcessWatch, type ProcessWatch } from './system/process-watch.ts';
import { createSystemRoutes } from './system/system-routes.ts';

export interface Brain {
  readonly app: Express;
  readonly host: RunHost;
  readonly callBack: CallBack;
  readonly jobs: Jobs;
  readonly processes: ProcessWatch;
  /** Runs that this brain has in hand. */
  readonly countRuns: () => number;
  readonly readModelConfig: () => ModelConfig;
}

/** Builds every feature on its adapters. */
export function createBrain(around: Surroundings): Brain {
  const { db, clock, log, newId, config, phase } = around;
  const jobs: Jobs = createJobs(around, () => runs.host.wake());
  const runs = createRuns(around, jobs, (active) => callbacks.callBack.follow(active));
  const callbacks = createCallbacks(around, runs.store);
  const processes = createProcessWatch(clock);
  const app = createApp({
    routes: createRoutes(around, { jobs, runs, callbacks, processes }),
    health: createHealthRoutes({
      clock,
      version: around.version,
      model: { ...runs.chosen.choice, kind: runs.chosen.kind, readAccess: runs.model.readAccess },
      isReady: () => phase.isReady,
    }),
    docs: createDocsRoutes(around.version),
    authenticator: createAuthenticator({
      superToken: config.superToken,
      tokens: createSqliteTokenStore(db),
    }),
    limits: createRateLimits(config.rateLimits),
    newId,
    log,
    readClosed: () => phase.closed,
    isLeaving: () => phase.closed !== 'starting' && !phase.isReady,
    publicUrl: config.publicUrl,
    bindAddress: config.host,
  });
  return {
    app,
    host: runs.host,
    callBack: callbacks.callBack,
    jobs,
    processes,
    countRuns: () => runs.registry.size,
    readModelConfig: () => toModelConfig(config.operatingSystemDir, runs),
  };
}

interface Features {
  readonly jobs: Jobs;
  readonly runs: Runs;
  readonly callbacks: Callbacks;
  readonly processes: ProcessWatch;
}

function createRoutes(around: Surroundings, features: Features): readonly Route[] {
  const { jobs, runs, callbacks, processes } = features;
  const { db, clock, log, newId, config, phase, changes } = around;
  const keys = createSqliteKeyStore(db, clock);
  const resolve = {
    tenants: createSqliteTenantStore(db),
    defaultOrg: config.defaultOrg,
  };
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
  return [
    ...createChatRoutes({ ...follow, accept, resolve, allowedHosts: config.allowedHosts }),
    ...createCallbackRoutes({ ...callbacks, resolve }),
    ...createRunRoutes({ ...follow, resolve, halts, changes, followHaltedJobs: followHalted }),
    ...createEventRoutes({ ...follow, resolve, feed: changes }),
    ...createJobRoutes({ ...jobs, keys, resolve, newId }),
    ...createWebhookRoutes({ ...jobs, keys, resolve, newId }),
    ...createHistoryRoutes({ messages: createSqliteMessageStore(db), resolve }),
    ...createSystemRoutes({ processes }),
  ];
}

/** The database of a data directory. */
export function databasePath(dataDir: string): string {
  return join(dataDir, 'bakerst.db');
}
