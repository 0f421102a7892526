import {
  createNatsHaltAnnouncer,
  createNatsJobInspector,
  createNatsJobPublisher,
  type HaltAnnouncer,
} from '@bakerst/bus';
import type { JobResult } from '@bakerst/contracts';
import { loadCommandList } from '@bakerst/kit/command-list';
import type { Secrets } from '@bakerst/kit/secrets';
import { prepareFindChat } from '../deliveries/sqlite-find-chat.ts';
import type { KeepMedia } from '../mcp/keep-media.ts';
import type { CallBudget, ToolChecker } from '../mcp/ports.ts';
import type { Metrics } from '../metrics/ports.ts';
import type { Surroundings } from '../surroundings.ts';
import { createJobActions, type JobActions } from './job-actions.ts';
import type { JobRules } from './job-body.ts';
import { createJobNotes } from './job-notes.ts';
import { createJobRelay, type JobRelay } from './job-relay.ts';
import { createJobWaiter, type JobWaiter } from './job-waiter.ts';
import type { JobStore, ToolCallStore } from './ports.ts';
import type { ReconcileDeps } from './reconcile-jobs.ts';
import { createSqliteJobActions } from './sqlite-job-actions.ts';
import { createSqliteJobQueue } from './sqlite-job-queue.ts';
import { createSqliteJobStore } from './sqlite-job-store.ts';
import { createSqliteToolCalls } from './sqlite-tool-calls.ts';

/** The jobs of this brain. */
export interface Jobs extends ReconcileDeps {
  readonly store: JobStore;
  readonly relay: JobRelay;
  readonly waiter: JobWaiter;
  readonly rules: JobRules;
  readonly actions: JobActions;
  readonly halts: HaltAnnouncer;
  readonly secrets: Secrets;
  readonly metrics: Metrics;
  readonly keepMedia: (result: JobResult) => Promise<JobResult>;
  readonly calls: ToolCallStore;
}

interface JobSurroundings {
  /** What MCP tools may be called. */
  readonly tools: ToolChecker;
  readonly budget: CallBudget;
  readonly media: KeepMedia;
  /** Takes up runs that go on because a job has got its outcome. */
  readonly resumeRuns: () => void;
}

/** Builds the feature on its adapters. */
export function createJobs(
  around: Surroundings,
  { tools, budget, media, resumeRuns }: JobSurroundings,
): Jobs {
  const { config, clock, log, link, changes } = around;
  const store = createSqliteJobStore(around);
  const queue = around.faults.wrapJobQueue(
    createSqliteJobQueue({ ...around, random: Math.random, tools }),
    around.db,
  );
  const notes = createJobNotes({ queue, changes, clock, log });
  const publisher = createNatsJobPublisher(link, around.faults.messageId);
  const halts = around.faults.wrapHalts(createNatsHaltAnnouncer(around));
  const move = {
    notes,
    waiter: createJobWaiter({ store, clock }),
    relay: createJobRelay({ queue, publisher, notes, clock, log }),
    changes,
    resumeRuns,
    metrics: around.metrics,
    log,
  };
  return {
    ...move,
    store,
    queue,
    clock,
    inspector: createNatsJobInspector(link),
    rules: {
      commands: loadCommandList(config.operatingSystemDir),
      allowedHosts: config.allowedHosts,
      tools,
      findChat: prepareFindChat(around.db, config.channels),
    },
    actions: createJobActions({ ...move, actions: createSqliteJobActions(around), halts, clock }),
    halts,
    secrets: around.secrets,
    keepMedia: (result) => media(store, result),
    calls: createSqliteToolCalls({ ...around, tools, budget }),
  };
}
