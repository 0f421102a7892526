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
import { createSqliteTenantSettings } from './conversations/sqlite-message-store.ts';
import { createDocsRoutes } from './docs/docs-routes.ts';
import { createHealthRoutes } from './health/health-routes.ts';
import { createApp } from './http/create-app.ts';
import { createRateLimits } from './http/rate-limits.ts';
import { createJobs, type Jobs } from './jobs/app.ts';
import { createMcp, type Mcp } from './mcp/app.ts';
import { createMemory, type Memory } from './memory/app.ts';
import { createModels } from './models/app.ts';
import type { LiveModel } from './models/live-model.ts';
import { toModelConfig } from './models/to-model-config.ts';
import { createPageRoutes } from './page/page-routes.ts';
import { createPrincipals } from './principals/app.ts';
import { createPrompts, type Prompts } from './prompts/app.ts';
import { createRuns, type Runs } from './runs/app.ts';
import type { RunHost } from './runs/run-host.ts';
import { createSchedules, type Schedules } from './schedules/app.ts';
import { createSessions } from './sessions/app.ts';
import type { Surroundings } from './surroundings.ts';
import { createProcessWatch, type ProcessWatch } from './system/process-watch.ts';
import { createTriggers, type Triggers } from './triggers/app.ts';

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
  /** What `operating_system` says. */
  readonly prompts: Prompts;
  readonly memory: Memory;
  readonly schedules: Schedules;
  readonly triggers: Triggers;
}

/** Builds every feature on its adapters. */
export function createBrain(around: Surroundings): Brain {
  const { clock, log, newId, config, phase } = around;
  const mcp = createMcp(around);
  const memory = createMemory(around);
  const settings = createSqliteTenantSettings(around.db);
  const prompts = createPrompts(around, { toolbox: mcp.toolbox, settings });
  const models = createModels(around);
  const { jobs, runs, callbacks, schedules } = createWork(around, { mcp, memory, prompts, models });
  const processes = createProcessWatch({ clock, isGone: around.faults.isGone });
  const triggers = createTriggers(around, schedules);
  const { principals, sessionRoutes, border } = createEntrance(around);
  const choices = { files: prompts.files, models: models.choices };
  const conversations = createConversations(around, { ...principals, choices });
  const attachments = createAttachments(around, principals.resolve);
  const backups = createBackups(around);
  const app = createApp({
    routes: createRoutes(around, {
      ...{ jobs, runs, callbacks, processes, principals, conversations },
      ...{ attachments, backups, mcp, memory, prompts, models, sessionRoutes, schedules },
      triggers,
      limits: border.limits,
    }),
    health: createHealth(around, models.live),
    docs: createDocsRoutes(around.version),
    page: createPageRoutes(config.pageDir),
    ...border,
    newId,
    log,
    clock,
    metrics: around.metrics,
    secrets: around.secrets,
    readClosed: () => phase.closed,
    isLeaving: () => phase.closed !== 'starting' && !phase.isReady,
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
    readModelConfig: () =>
      toModelConfig(config.operatingSystemDir, { ...prompts, chosen: models.live.readChosen() }),
    prompts,
    memory,
    schedules,
    triggers,
  };
}

/** Who may come in, and by what. */
function createEntrance(around: Surroundings) {
  const { config } = around;
  const principals = createPrincipals(around);
  const sessions = createSessions(around, principals);
  const limits = createRateLimits(config.rateLimits);
  return {
    principals,
    sessionRoutes: sessions.createRoutes(limits),
    border: {
      limits,
      authenticator: principals.authenticator,
      identifySession: sessions.identify,
      publicUrl: config.publicUrl,
      corsOrigins: config.corsOrigins,
      bindAddress: config.host,
    },
  };
}

type Work = Pick<Features, 'jobs' | 'runs' | 'callbacks' | 'schedules'>;

/** Runs make jobs and jobs wake runs; what is called back is told by runs. */
function createWork(
  around: Surroundings,
  { mcp, memory, prompts, models }: Pick<Features, 'mcp' | 'memory' | 'prompts' | 'models'>,
): Work {
  const jobs: Jobs = createJobs(around, {
    tools: mcp.checker,
    budget: mcp.budget,
    media: mcp.keepMedia,
    resumeRuns: () => runs.host.wake(),
  });
  const schedules: Schedules = createSchedules(around, {
    jobs,
    choices: { files: prompts.files, models: models.choices },
    wakeRuns: () => runs.host.wake(),
  });
  const runs: Runs = createRuns(around, {
    jobs,
    schedules,
    mcp,
    memory,
    prompts,
    models,
    follow: (active) => callbacks.callBack.follow(active),
  });
  const callbacks = createCallbacks(around, runs.store);
  return { jobs, runs, callbacks, schedules };
}

function createHealth(
  { clock, version, config, phase }: Surroundings,
  { readChosen, readAccess }: LiveModel,
): Router {
  return createHealthRoutes({
    clock,
    version,
    model: {
      read: () => ({ kind: readChosen().kind, name: readChosen().choice.name }),
      readAccess,
    },
    isReady: () => phase.isReady,
    readState: () => (phase.closed === 'starting' ? 'starting' : 'stopping'),
    agentName: config.agentName,
  });
}

/** The database of a data directory. */
export function databasePath(dataDir: string): string {
  return join(dataDir, 'bakerst.db');
}
