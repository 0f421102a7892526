import { createNatsLocks, createNatsRunEvents } from '@bakerst/bus';
import { ownIdentity } from '@bakerst/kit';
import { createSqliteAttachmentLister } from '../attachments/sqlite-attachment-store.ts';
import type { CallBack } from '../callbacks/call-back.ts';
import { createTitles } from '../conversations/app.ts';
import type { TenantSettings } from '../conversations/ports.ts';
import {
  createSqliteMessageStore,
  createSqliteTenantSettings,
} from '../conversations/sqlite-message-store.ts';
import type { Jobs } from '../jobs/app.ts';
import { createDispatchJobTool, describeDispatchJob } from '../jobs/dispatch-job-tool.ts';
import { createExecuteCodeTool, EXECUTE_CODE_WITH_TOOLS } from '../jobs/execute-code-tool.ts';
import { createJobListTools, GET_JOB_STATUS, LIST_JOBS } from '../jobs/job-list-tools.ts';
import type { Mcp } from '../mcp/app.ts';
import { createCallTool } from '../mcp/call-tool.ts';
import { createCatalogueTools } from '../mcp/catalogue-tools.ts';
import { createMemoryTools, MEMORY_SEARCH, MEMORY_STORE } from '../memory/memory-tools.ts';
import type { FactStore } from '../memory/ports.ts';
import { countLocks } from '../metrics/count-locks.ts';
import { countReplies } from '../metrics/count-replies.ts';
import type { Models } from '../models/app.ts';
import type { LiveModel } from '../models/live-model.ts';
import { loadPrompts } from '../prompts/load-prompts.ts';
import type { Prompts } from '../prompts/ports.ts';
import type { Surroundings } from '../surroundings.ts';
import { createRunRegistry } from './active-run.ts';
import { type PrepareBaseDeps, type PreparedBase, prepareBase } from './prepare-base.ts';
import type { Run, StoredStep } from './run.ts';
import { createRunHost } from './run-host.ts';
import { createSqliteQueuedMessages } from './sqlite-queued-messages.ts';
import { createSqliteRunLister } from './sqlite-run-lister.ts';
import { createSqliteRunStore } from './sqlite-run-store.ts';
import { createRunLocks, type RunLocks } from './take-lock.ts';

export type Runs = ReturnType<typeof createRuns>;

interface RunSurroundings {
  readonly jobs: Jobs;
  readonly mcp: Mcp;
  readonly facts: FactStore;
  readonly models: Models;
  /** Calls back about a run that is executed here. */
  readonly follow: CallBack['follow'];
}

/** Builds the feature on its adapters. */
export function createRuns(
  around: Surroundings,
  { jobs, mcp, facts, models, follow }: RunSurroundings,
) {
  const { config, db, clock, log, link, changes, signs } = around;
  const { catalogue, live } = models;
  const model = { ...live, reply: countReplies(live, { ...around, catalogue }) };
  const store = around.faults.wrapStore(createSqliteRunStore(around));
  const settings = createSqliteTenantSettings(db);
  const prompts = loadPrompts({ dir: config.operatingSystemDir, agentName: config.agentName, log });
  const prepare = createPreparer(around, { store, settings, prompts, live, jobs, mcp });
  const parts = {
    store,
    lister: createSqliteRunLister(db),
    queued: createSqliteQueuedMessages(around),
    settings,
    registry: createRunRegistry(),
    runEvents: createNatsRunEvents({ link, log }),
    runLocks: openRunLocks(around),
  };
  const titler = createTitles(around, { model, live, catalogue });
  const tools = { ...jobs, ...mcp, newId: around.newId };
  const host = createRunHost({
    ...parts,
    model,
    catalogue,
    prepareBase: prepare,
    createTools: (active) => [
      createExecuteCodeTool(tools, active),
      createDispatchJobTool(tools, active),
      ...createJobListTools(tools, active),
      createCallTool(tools, active),
      ...createMemoryTools({ facts, newId: around.newId }, active),
      ...createCatalogueTools(mcp.catalogue, active.run.tenant.org),
    ],
    callBack: { follow },
    changes,
    signs,
    clock,
    log,
    ended(run, { status }) {
      if (status === 'completed') titler.consider(run.tenant, run.conversationId);
    },
  });
  return { ...parts, host, model, catalogue, prompts, prepareBase: prepare };
}

interface Preparations {
  readonly store: PrepareBaseDeps['store'];
  readonly settings: TenantSettings;
  readonly prompts: Prompts;
  readonly live: LiveModel;
  readonly jobs: Jobs;
  readonly mcp: Mcp;
}

/** Builds what the first request of a run is made from. */
function createPreparer({ db }: Surroundings, { live, jobs, mcp, ...given }: Preparations) {
  const base = {
    ...given,
    messages: createSqliteMessageStore(db),
    attachments: createSqliteAttachmentLister(db),
    get model() {
      return live.readChosen().choice;
    },
    toolbox: mcp.toolbox,
    tools: [
      EXECUTE_CODE_WITH_TOOLS,
      describeDispatchJob(jobs.rules.commands.names),
      GET_JOB_STATUS,
      LIST_JOBS,
      MEMORY_STORE,
      MEMORY_SEARCH,
    ],
  };
  return (run: Run, steps: readonly StoredStep[]): PreparedBase => prepareBase(base, run, steps);
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
