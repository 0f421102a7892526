import { join } from 'node:path';
import { createAnthropicModel } from '@bakerst/agent';
import {
  createNatsHaltAnnouncer,
  createNatsJobPublisher,
  createNatsLocks,
  createNatsRunEvents,
  type NatsLink,
} from '@bakerst/bus';
import { type Clock, isGone, type Logger, type NewId, ownIdentity } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import type { Express } from 'express';
import type { AcceptMessageDeps } from './chat/accept-message.ts';
import { createChatRoutes } from './chat/chat-routes.ts';
import type { BrainConfig } from './config.ts';
import { createHistoryRoutes } from './conversations/history-routes.ts';
import {
  createSqliteMessageStore,
  createSqliteTenantSettings,
} from './conversations/sqlite-message-store.ts';
import type { Faults } from './faults.ts';
import { createHealthRoutes } from './health/health-routes.ts';
import { createApp } from './http/create-app.ts';
import { createStreamLimit } from './http/stream-limit.ts';
import { createSqliteKeyStore } from './idempotency/sqlite-key-store.ts';
import { createExecuteCodeTool, EXECUTE_CODE } from './jobs/execute-code-tool.ts';
import { createJobNotes } from './jobs/job-notes.ts';
import { createJobRelay, type JobRelay } from './jobs/job-relay.ts';
import { createJobRoutes } from './jobs/job-routes.ts';
import { createJobWaiter } from './jobs/job-waiter.ts';
import type { RecordResultDeps } from './jobs/record-result.ts';
import { createSqliteJobStore } from './jobs/sqlite-job-store.ts';
import { chooseModel } from './models/choose-model.ts';
import { loadCatalogue } from './models/load-catalogue.ts';
import { watchAccess } from './models/watch-access.ts';
import { createAuthenticator } from './principals/authenticate.ts';
import { createSqliteTenantStore } from './principals/sqlite-tenant-store.ts';
import { createSqliteTokenStore } from './principals/sqlite-token-store.ts';
import { loadPrompts } from './prompts/load-prompts.ts';
import { createRunRegistry } from './runs/active-run.ts';
import { type PreparedBase, prepareBase } from './runs/prepare-base.ts';
import type { Run, StoredStep } from './runs/run.ts';
import { createRunHost, type RunHost } from './runs/run-host.ts';
import { createRunRoutes } from './runs/run-routes.ts';
import { createSqliteRunStarter } from './runs/sqlite-run-starter.ts';
import { createSqliteRunStore } from './runs/sqlite-run-store.ts';
import { createRunLocks } from './runs/take-lock.ts';
import type { Writer } from './storage/group-commit.ts';

/** What the process has opened and knows; the features are built from it. */
export interface Surroundings {
  readonly config: BrainConfig;
  readonly version: string;
  readonly db: Database;
  readonly writer: Writer;
  readonly link: NatsLink;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Logger;
  readonly phase: Phase;
  readonly faults: Faults;
}

/** Where the process stands between its start and its end. */
export interface Phase {
  closed: 'starting' | 'stopping' | undefined;
  isReady: boolean;
  incarnation: number | undefined;
  /** Aborted when streams must end. */
  readonly stopping: AbortController;
}

export interface Brain {
  readonly app: Express;
  readonly host: RunHost;
  readonly relay: JobRelay;
  readonly results: RecordResultDeps;
}

/** Builds every feature on its adapters. */
export function createBrain(around: Surroundings): Brain {
  const { db, clock, log, newId, config, phase } = around;
  const jobs = createJobs(around);
  const runs = createRuns(around, jobs);
  const messages = createSqliteMessageStore(db);
  const keys = createSqliteKeyStore(db, clock);
  const resolve = {
    tenants: createSqliteTenantStore(around),
    defaultOrg: config.defaultOrg,
  };
  const follow = {
    ...runs,
    streams: createStreamLimit(),
    stopping: phase.stopping.signal,
    clock,
  };
  const accept: AcceptMessageDeps = {
    ...runs,
    keys,
    starter: around.faults.wrapStarter(createSqliteRunStarter(around)),
    clock,
    newId,
    log,
    maxRuns: config.maxRuns,
  };
  const app = createApp({
    routes: [
      ...createChatRoutes({ ...follow, accept, resolve }),
      ...createRunRoutes({
        ...follow,
        resolve,
        halts: createNatsHaltAnnouncer(around),
      }),
      ...createJobRoutes({ ...jobs, keys, resolve, newId }),
      ...createHistoryRoutes({ messages, resolve }),
    ],
    health: createHealthRoutes({
      clock,
      version: around.version,
      model: { ...runs.chosen.choice, kind: runs.chosen.kind, readAccess: runs.model.readAccess },
      isReady: () => phase.isReady,
    }),
    authenticator: createAuthenticator({
      superToken: config.superToken,
      tokens: createSqliteTokenStore(db),
    }),
    newId,
    log,
    readClosed: () => phase.closed,
    publicUrl: config.publicUrl,
    bindAddress: config.host,
  });
  return { app, host: runs.host, relay: jobs.relay, results: { ...jobs, log } };
}

function createJobs(around: Surroundings) {
  const { clock, log } = around;
  const store = createSqliteJobStore(around);
  const notes = createJobNotes({ store, clock, log });
  const publisher = createNatsJobPublisher(around.link);
  return {
    store,
    notes,
    relay: createJobRelay({ store, publisher, notes, clock, log }),
    waiter: createJobWaiter({ store, clock }),
  };
}

function createRuns(around: Surroundings, jobs: ReturnType<typeof createJobs>) {
  const { config, db, clock, log, newId, link, phase } = around;
  const catalogue = loadCatalogue(config.operatingSystemDir);
  const chosen = chooseModel(config.model, catalogue);
  const model = watchAccess({
    model: createAnthropicModel(chosen.connection, clock),
    kind: chosen.kind,
    log,
  });
  const store = around.faults.wrapStore(createSqliteRunStore(around));
  const settings = createSqliteTenantSettings(db);
  const base = {
    store,
    messages: createSqliteMessageStore(db),
    settings,
    prompts: loadPrompts({ dir: config.operatingSystemDir, agentName: config.agentName, log }),
    model: chosen.choice,
    tools: [EXECUTE_CODE],
  };
  const prepare = (run: Run, steps: readonly StoredStep[]): PreparedBase =>
    prepareBase(base, run, steps);
  const holder = { holder: newId(), ...ownIdentity() };
  const locks = createNatsLocks(around, {
    holder,
    leaseMs: config.lockLeaseMs,
    isDead: (note) => note.holder !== holder.holder && isGone(note),
  });
  const parts = {
    store,
    settings,
    registry: createRunRegistry(),
    runEvents: createNatsRunEvents({ link, log }),
    runLocks: createRunLocks({ locks, readIncarnation: () => phase.incarnation }),
  };
  const host = createRunHost({
    ...parts,
    model,
    catalogue,
    prepareBase: prepare,
    createTools: (active) => [createExecuteCodeTool({ ...jobs, newId }, active)],
    clock,
    log,
  });
  return { ...parts, host, chosen, model, prepareBase: prepare };
}

/** The database of a data directory. */
export function databasePath(dataDir: string): string {
  return join(dataDir, 'bakerst.db');
}
