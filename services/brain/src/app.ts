import { join } from 'node:path';
import type { ModelConfig } from '@bakerst/contracts';
import type { Express, Router } from 'express';
import { createRoutes, type Features } from './all-routes.ts';
import { createAttachments } from './attachments/app.ts';
import type { GarbageDeps } from './attachments/collect-garbage.ts';
import { type Backups, createBackups } from './backups/app.ts';
import { createCallbacks } from './callbacks/app.ts';
import type { CallBack } from './callbacks/call-back.ts';
import { createConversations } from './conversations/app.ts';
import type { MessageIndexer } from './conversations/ports.ts';
import { createDocsRoutes } from './docs/docs-routes.ts';
import { createHealthRoutes } from './health/health-routes.ts';
import { createApp } from './http/create-app.ts';
import { createRateLimits } from './http/rate-limits.ts';
import { createJobs, type Jobs } from './jobs/app.ts';
import { createMcp, type Mcp } from './mcp/app.ts';
import { createMemory, type Memory } from './memory/app.ts';
import { toModelConfig } from './models/to-model-config.ts';
import { createPrincipals } from './principals/app.ts';
import { createRuns, type Runs } from './runs/app.ts';
import type { RunHost } from './runs/run-host.ts';
import type { Surroundings } from './surroundings.ts';
import { createProcessWatch, type ProcessWatch } from './system/process-watch.ts';

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
  readonly mcp: Mcp;
  readonly memory: Memory;
}

/** Builds every feature on its adapters. */
export function createBrain(around: Surroundings): Brain {
  const { clock, log, newId, config, phase } = around;
  const mcp = createMcp(around);
  const memory = createMemory(around);
  const { jobs, runs, callbacks } = createWork(around, { mcp, memory });
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
      mcp,
      memory,
    }),
    health: createHealth(around, runs),
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
    indexer: conversations.search,
    attachments,
    mcp,
    memory,
    readModelConfig: () => toModelConfig(config.operatingSystemDir, runs),
  };
}

type Work = Pick<Features, 'jobs' | 'runs' | 'callbacks'>;

/** Runs make jobs and jobs wake runs; what is called back is told by runs. */
function createWork(around: Surroundings, { mcp, memory }: Pick<Features, 'mcp' | 'memory'>): Work {
  const jobs: Jobs = createJobs(around, {
    tools: mcp.checker,
    budget: mcp.budget,
    media: mcp.keepMedia,
    resumeRuns: () => runs.host.wake(),
  });
  const runs: Runs = createRuns(around, {
    jobs,
    mcp,
    memory,
    follow: (active) => callbacks.callBack.follow(active),
  });
  const callbacks = createCallbacks(around, runs.store);
  return { jobs, runs, callbacks };
}

function createHealth({ clock, version, config, phase }: Surroundings, runs: Runs): Router {
  return createHealthRoutes({
    clock,
    version,
    model: { ...runs.chosen.choice, kind: runs.chosen.kind, readAccess: runs.model.readAccess },
    isReady: () => phase.isReady,
    readState: () => (phase.closed === 'starting' ? 'starting' : 'stopping'),
    agentName: config.agentName,
  });
}

/** The database of a data directory. */
export function databasePath(dataDir: string): string {
  return join(dataDir, 'bakerst.db');
}
