import { createAnthropicModel, EXECUTE_CODE } from '@bakerst/agent';
import { createNatsLocks, createNatsRunEvents } from '@bakerst/bus';
import { ownIdentity } from '@bakerst/kit';
import {
  createSqliteMessageStore,
  createSqliteTenantSettings,
} from '../conversations/sqlite-message-store.ts';
import type { Jobs } from '../jobs/app.ts';
import { createDispatchJobTool, describeDispatchJob } from '../jobs/dispatch-job-tool.ts';
import { createExecuteCodeTool } from '../jobs/execute-code-tool.ts';
import { createJobListTools, GET_JOB_STATUS, LIST_JOBS } from '../jobs/job-list-tools.ts';
import { countLocks } from '../metrics/count-locks.ts';
import { countReplies } from '../metrics/count-replies.ts';
import { chooseModel } from '../models/choose-model.ts';
import { loadCatalogue } from '../models/load-catalogue.ts';
import { watchAccess } from '../models/watch-access.ts';
import { loadPrompts } from '../prompts/load-prompts.ts';
import type { Surroundings } from '../surroundings.ts';
import { createRunRegistry } from './active-run.ts';
import { type PreparedBase, prepareBase } from './prepare-base.ts';
import type { Run, StoredStep } from './run.ts';
import { createRunHost } from './run-host.ts';
import { createSqliteRunLister } from './sqlite-run-lister.ts';
import { createSqliteRunStore } from './sqlite-run-store.ts';
import { createRunLocks, type RunLocks } from './take-lock.ts';

export type Runs = ReturnType<typeof createRuns>;

/** Builds the feature on its adapters. */
export function createRuns(around: Surroundings, jobs: Jobs) {
  const { config, db, clock, log, link, changes, signs } = around;
  const catalogue = loadCatalogue(config.operatingSystemDir);
  const chosen = chooseModel(config.model, catalogue);
  const watched = watchAccess({
    model: createAnthropicModel(chosen.connection, clock),
    kind: chosen.kind,
    log,
  });
  const model = { ...watched, reply: countReplies(watched, { ...around, catalogue }) };
  const store = around.faults.wrapStore(createSqliteRunStore(around));
  const settings = createSqliteTenantSettings(db);
  const prompts = loadPrompts({ dir: config.operatingSystemDir, agentName: config.agentName, log });
  const base = {
    store,
    messages: createSqliteMessageStore(db),
    settings,
    prompts,
    model: chosen.choice,
    tools: [
      EXECUTE_CODE,
      describeDispatchJob(jobs.rules.commands.names),
      GET_JOB_STATUS,
      LIST_JOBS,
    ],
  };
  const prepare = (run: Run, steps: readonly StoredStep[]): PreparedBase =>
    prepareBase(base, run, steps);
  const parts = {
    store,
    lister: createSqliteRunLister(db),
    settings,
    registry: createRunRegistry(),
    runEvents: createNatsRunEvents({ link, log }),
    runLocks: openRunLocks(around),
  };
  const tools = { ...jobs, newId: around.newId };
  const host = createRunHost({
    ...parts,
    model,
    catalogue,
    prepareBase: prepare,
    createTools: (active) => [
      createExecuteCodeTool(tools, active),
      createDispatchJobTool(tools, active),
      ...createJobListTools(tools, active),
    ],
    changes,
    signs,
    clock,
    log,
  });
  return { ...parts, host, chosen, model, catalogue, prompts, prepareBase: prepare };
}

function openRunLocks(around: Surroundings): RunLocks {
  const { self, config, faults, phase } = around;
  const locks = createNatsLocks(
    { ...around, clock: faults.wrapLockClock(around.clock) },
    {
      holder: { holder: self, ...ownIdentity() },
      leaseMs: config.lockLeaseMs,
      isDead: (note) => note.holder !== self && faults.isGone(note),
    },
  );
  const readIncarnation = () => phase.incarnation;
  return countLocks(createRunLocks({ locks: faults.wrapLocks(locks), readIncarnation }), around);
}
