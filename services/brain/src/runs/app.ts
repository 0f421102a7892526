import { createNatsLocks, createNatsRunEvents } from '@bakerst/bus';
import { ownIdentity } from '@bakerst/kit';
import { createSqliteAttachmentLister } from '../attachments/sqlite-attachment-store.ts';
import type { CallBack } from '../callbacks/call-back.ts';
import { createTitles } from '../conversations/app.ts';
import { createSqliteMessageStore } from '../conversations/sqlite-message-store.ts';
import { prepareFindChannel } from '../deliveries/sqlite-find-channel.ts';
import { createNotes } from '../history/app.ts';
import { createSqliteHistoryReader } from '../history/sqlite-history-reader.ts';
import type { Jobs } from '../jobs/app.ts';
import type { Mcp } from '../mcp/app.ts';
import type { Memory } from '../memory/app.ts';
import { countLocks } from '../metrics/count-locks.ts';
import type { Models } from '../models/app.ts';
import type { Prompts } from '../prompts/app.ts';
import type { ScheduleToolsDeps } from '../schedules/schedule-tools.ts';
import type { Surroundings } from '../surroundings.ts';
import { createRunRegistry } from './active-run.ts';
import {
  chooseModelFor,
  type PrepareBaseDeps,
  type PreparedBase,
  prepareBase,
  type RunStart,
} from './prepare-base.ts';
import type { Run } from './run.ts';
import { createRunHost } from './run-host.ts';
import { createSqliteQueuedMessages } from './sqlite-queued-messages.ts';
import { createSqliteRunLister } from './sqlite-run-lister.ts';
import { createSqliteRunStore } from './sqlite-run-store.ts';
import { createRunLocks, type RunLocks } from './take-lock.ts';
import { createToolSet } from './tool-set.ts';

export type Runs = ReturnType<typeof createRuns>;

interface RunSurroundings {
  readonly jobs: Jobs;
  readonly mcp: Mcp;
  readonly memory: Memory;
  readonly prompts: Prompts;
  readonly models: Models;
  readonly schedules: ScheduleToolsDeps;
  /** Calls back about a run that is executed here. */
  readonly follow: CallBack['follow'];
}

/** Builds the feature on its adapters. */
export function createRuns(around: Surroundings, given: RunSurroundings) {
  const {
    follow,
    memory: { recall },
  } = given;
  const { db, clock, log, link, changes, signs } = around;
  const { live, choices: models, catalogue, model } = given.models;
  const store = around.faults.wrapStore(createSqliteRunStore(around));
  const { settings } = given.prompts;
  const { listTools, createTools } = createToolSet({ ...around, ...given, ...given.prompts });
  const messages = createSqliteMessageStore(db);
  const prepare = createPreparer(around, { ...given, store, models, messages, listTools });
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
  const noteKeeper = createNotes(around, {
    ...{ model, live, catalogue, settings },
    readHistoryTokens: (run) => chooseModelFor({ ...given, models }, run).historyTokens,
  });
  const host = createRunHost({
    ...parts,
    model,
    catalogue,
    prepareBase: prepare,
    createTools,
    callBack: { follow },
    changes,
    signs,
    halts: given.jobs.halts,
    clock,
    log,
    recallFor: (run) =>
      recall(run.tenant, messages.readMessage(run.conversationId, run.messageSeq)),
    ended(run, { status }) {
      if (status !== 'completed') return;
      titler.consider(run.tenant, run.conversationId);
      noteKeeper.consider(run);
    },
  });
  return {
    ...parts,
    ...{ host, model, catalogue, listTools, recall },
    prepareBase: prepare,
  };
}

type Preparations = Pick<PrepareBaseDeps, 'store' | 'models' | 'messages' | 'listTools'> &
  Pick<RunSurroundings, 'prompts'>;

/** Builds what the first request of a run is made from. */
function createPreparer({ db }: Surroundings, given: Preparations) {
  const base: PrepareBaseDeps = {
    ...given,
    settings: given.prompts.settings,
    attachments: createSqliteAttachmentLister(db),
    history: createSqliteHistoryReader(db),
    findChannel: prepareFindChannel(db),
  };
  return (run: Run, start: RunStart): PreparedBase => prepareBase(base, run, start);
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
