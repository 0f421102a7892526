import {
  createNatsHaltAnnouncer,
  createNatsJobInspector,
  createNatsJobPublisher,
  type HaltAnnouncer,
} from '@bakerst/bus';
import { loadCommandList } from '@bakerst/kit/command-list';
import type { Secrets } from '@bakerst/kit/secrets';
import type { Metrics } from '../metrics/ports.ts';
import type { Surroundings } from '../surroundings.ts';
import { createJobActions, type JobActions } from './job-actions.ts';
import type { JobRules } from './job-body.ts';
import { createJobNotes } from './job-notes.ts';
import { createJobRelay, type JobRelay } from './job-relay.ts';
import { createJobWaiter, type JobWaiter } from './job-waiter.ts';
import type { JobStore } from './ports.ts';
import type { ReconcileDeps } from './reconcile-jobs.ts';
import { createSqliteJobActions } from './sqlite-job-actions.ts';
import { createSqliteJobQueue } from './sqlite-job-queue.ts';
import { createSqliteJobStore } from './sqlite-job-store.ts';

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
}

/** Builds the feature on its adapters. `resumeRuns`: takes up runs that go on because a job has got its outcome. */
export function createJobs(around: Surroundings, resumeRuns: () => void): Jobs {
  const { config, clock, log, link, changes } = around;
  const store = createSqliteJobStore(around);
  const queue = around.faults.wrapJobQueue(
    createSqliteJobQueue({ ...around, random: Math.random }),
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
    },
    actions: createJobActions({ ...move, actions: createSqliteJobActions(around), halts, clock }),
    halts,
    secrets: around.secrets,
  };
}
