import { createAnthropicModel } from '@bakerst/agent';
import { createNatsLocks, createNatsRunEvents } from '@bakerst/bus';
import { ownIdentity } from '@bakerst/kit';
import { openAttachmentFiles } from '../attachments/app.ts';
import { createSqliteAttachmentLister } from '../attachments/sqlite-attachment-store.ts';
import type { CallBack } from '../callbacks/call-back.ts';
import { createTitles } from '../conversations/app.ts';
import type { MessageStore, TenantSettings } from '../conversations/ports.ts';
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
import type { Memory } from '../memory/app.ts';
import { MEMORY_DEFINITIONS } from '../memory/memory-definitions.ts';
import { createMemoryTools } from '../memory/memory-tools.ts';
import { countLocks } from '../metrics/count-locks.ts';
import { countReplies } from '../metrics/count-replies.ts';
import { type ChosenModel, chooseModel } from '../models/choose-model.ts';
import { loadCatalogue } from '../models/load-catalogue.ts';
import { watchAccess } from '../models/watch-access.ts';
import { loadPrompts } from '../prompts/load-prompts.ts';
import type { Prompts } from '../prompts/ports.ts';
import type { Surroundings } from '../surroundings.ts';
import { createRunRegistry } from './active-run.ts';
import {
  type GivenRun,
  type PrepareBaseDeps,
  type PreparedBase,
  prepareBase,
} from './prepare-base.ts';
import type { Run } from './run.ts';
import { createRunHost } from './run-host.ts';
import { createSqliteRunLister } from './sqlite-run-lister.ts';
import { createSqliteRunStore } from './sqlite-run-store.ts';
import { createRunLocks, type RunLocks } from './take-lock.ts';

export type Runs = ReturnType<typeof createRuns>;

interface RunSurroundings {
  readonly jobs: Jobs;
  readonly mcp: Mcp;
  readonly memory: Memory;
  /** Calls back about a run that is executed here. */
  readonly follow: CallBack['follow'];
}

/** Builds the feature on its adapters. */
export function createRuns(around: Surroundings, { jobs, mcp, memory, follow }: RunSurroundings) {
  const { config, db, clock, log, link, changes, signs } = around;
  const catalogue = loadCatalogue(config.operatingSystemDir);
  const chosen = chooseModel(config.model, catalogue);
  const watched = watchAccess({
    model: createAnthropicModel(
      { ...chosen.connection, readAttachment: openAttachmentFiles(around).read },
      clock,
    ),
    kind: chosen.kind,
    log,
  });
  const model = { ...watched, reply: countReplies(watched, { ...around, catalogue }) };
  const store = around.faults.wrapStore(createSqliteRunStore(around));
  const settings = createSqliteTenantSettings(db);
  const messages = createSqliteMessageStore(db);
  const prompts = loadPrompts({ dir: config.operatingSystemDir, agentName: config.agentName, log });
  const prepare = createPreparer(around, {
    ...{ store, messages, settings, prompts, chosen, jobs, mcp },
  });
  const parts = {
    store,
    lister: createSqliteRunLister(db),
    settings,
    registry: createRunRegistry(),
    runEvents: createNatsRunEvents({ link, log }),
    runLocks: openRunLocks(around),
  };
  const titler = createTitles(around, { model, chosen, catalogue });
  const tools = { ...jobs, ...mcp, newId: around.newId };
  const host = createRunHost({
    ...parts,
    model,
    catalogue,
    prepareBase: prepare,
    recallFor: ({ tenant, conversationId, messageSeq }) =>
      memory.recall(tenant, messages.readMessage(conversationId, messageSeq)),
    createTools: (active) => [
      createExecuteCodeTool(tools, active),
      createDispatchJobTool(tools, active),
      ...createJobListTools(tools, active),
      createCallTool(tools, active),
      ...createMemoryTools(memory, active),
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
  const { recall } = memory;
  return { ...parts, host, chosen, model, catalogue, prompts, prepareBase: prepare, recall };
}

interface Preparations {
  readonly store: PrepareBaseDeps['store'];
  readonly messages: MessageStore;
  readonly settings: TenantSettings;
  readonly prompts: Prompts;
  readonly chosen: ChosenModel;
  readonly jobs: Jobs;
  readonly mcp: Mcp;
}

/** Builds what the first request of a run is made from. */
function createPreparer({ db }: Surroundings, { chosen, jobs, mcp, ...given }: Preparations) {
  const base = {
    ...given,
    attachments: createSqliteAttachmentLister(db),
    model: chosen.choice,
    toolbox: mcp.toolbox,
    tools: [
      EXECUTE_CODE_WITH_TOOLS,
      describeDispatchJob(jobs.rules.commands.names),
      GET_JOB_STATUS,
      LIST_JOBS,
      ...MEMORY_DEFINITIONS,
    ],
  };
  return (run: Run, given: GivenRun): PreparedBase => prepareBase(base, run, given);
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
