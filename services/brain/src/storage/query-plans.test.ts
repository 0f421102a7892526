import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomId, silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { prepareFireWaiting } from '../actions/sqlite-fire-waiting.ts';
import { createSqliteFiringStore } from '../actions/sqlite-firing-store.ts';
import {
  createSqliteAttachmentLister,
  createSqliteAttachmentStore,
} from '../attachments/sqlite-attachment-store.ts';
import { createSqliteBackupClaims } from '../backups/sqlite-backup-claims.ts';
import { createSqliteCallbackSecrets } from '../callbacks/sqlite-callback-secrets.ts';
import { createSqliteCallbackStore } from '../callbacks/sqlite-callback-store.ts';
import { createSqliteChatStore } from '../channels/sqlite-chat-store.ts';
import { createSqliteIdentityStore } from '../channels/sqlite-identity-store.ts';
import { createSqliteLinkStore } from '../channels/sqlite-link-store.ts';
import { createSqliteRequestStore } from '../channels/sqlite-request-store.ts';
import { createSqliteConversationForker } from '../conversations/sqlite-conversation-forker.ts';
import { createSqliteConversationStore } from '../conversations/sqlite-conversation-store.ts';
import { createSqliteMessageSearch } from '../conversations/sqlite-message-search.ts';
import {
  createSqliteMessageStore,
  createSqliteTenantSettings,
} from '../conversations/sqlite-message-store.ts';
import { createSqliteTitleStore } from '../conversations/sqlite-title-store.ts';
import { prepareFindChannel } from '../deliveries/sqlite-find-channel.ts';
import { prepareFindChat, prepareFindTalk } from '../deliveries/sqlite-find-chat.ts';
import { createSqliteHolderStore } from '../deliveries/sqlite-holder-store.ts';
import { createSqliteOutboxStore } from '../deliveries/sqlite-outbox-store.ts';
import { createSqliteHistoryReader } from '../history/sqlite-history-reader.ts';
import { createSqliteSummaryStore } from '../history/sqlite-summary-store.ts';
import { createSqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import { createSqliteJobActions } from '../jobs/sqlite-job-actions.ts';
import { createSqliteJobQueue } from '../jobs/sqlite-job-queue.ts';
import { createSqliteJobStore } from '../jobs/sqlite-job-store.ts';
import { createSqliteToolCalls } from '../jobs/sqlite-tool-calls.ts';
import { createSqliteCallBudget } from '../mcp/sqlite-call-budget.ts';
import { createSqliteToolChecker } from '../mcp/sqlite-tool-checker.ts';
import { createSqliteReindexProgress } from '../memory/reindex/sqlite-reindex-progress.ts';
import { createSqliteFactStore } from '../memory/sqlite-fact-store.ts';
import { createSqliteIndexLease } from '../memory/sqlite-index-lease.ts';
import { createSqlitePendingVectors } from '../memory/sqlite-pending-vectors.ts';
import { prepareFindByWords } from '../memory/sqlite-word-index.ts';
import { createSqliteOpenWork } from '../metrics/sqlite-open-work.ts';
import { createSqliteNotebookStore } from '../notebook/sqlite-notebook-store.ts';
import { createSqliteAdminStore } from '../principals/sqlite-admin-store.ts';
import { createSqliteOverrideStore } from '../prompts/sqlite-override-store.ts';
import { createSqliteConversationPurger } from '../retention/sqlite-conversation-purger.ts';
import { createSqliteHistoryPruner } from '../retention/sqlite-history-pruner.ts';
import { createSqliteFence, readHighestToken } from '../runs/sqlite-fence.ts';
import { createSqliteQueuedMessages } from '../runs/sqlite-queued-messages.ts';
import { createSqliteRunLister } from '../runs/sqlite-run-lister.ts';
import { createSqliteRunStarter } from '../runs/sqlite-run-starter.ts';
import { createSqliteRunStore } from '../runs/sqlite-run-store.ts';
import { createCronReader } from '../schedules/cron-times.ts';
import { type ClockworkDeps, createSqliteClockwork } from '../schedules/sqlite-clockwork.ts';
import { createSqliteScheduleStore } from '../schedules/sqlite-schedule-store.ts';
import { createSqliteSessionStore } from '../sessions/sqlite-session-store.ts';
import { createSqliteDeliveryStore } from '../triggers/sqlite-delivery-store.ts';
import { createSqliteTriggerStore } from '../triggers/sqlite-trigger-store.ts';
import { createSqliteUsageReader } from '../usage/sqlite-usage-reader.ts';
import { createGroupCommit } from './group-commit.ts';
import { migrate } from './migrate.ts';
import { type Database, openDatabase } from './open-database.ts';

/** They hold what has not ended, or waits for a person. */
const SMALL_INDEXES =
  /USING (COVERING )?INDEX (job_open|job_unfinished|job_of_key|run_unfinished|run_steering|run_unpruned|conversation_deleted|conversation_unindexed|schedule_due|firing_waiting|channel_delivery_open)\b/;
/** Walks back from the newest until its page is full. */
const WALKS_BACK = /\+org_id/;

test('no statement reads everything that has ever been', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-'));
  const db = openDatabase(join(dir, 'bakerst.db'));
  migrate(db, { log: silentLogger });
  const statements = collectStatements(db);
  expect(statements.length).toBeGreaterThan(50);
  const scans = statements
    .filter((sql) => !WALKS_BACK.test(sql))
    .flatMap((sql) => planOf(db, sql).map((step) => ({ step, sql })))
    .filter(({ step }) =>
      /^SCAN (job|run|run_step|message|conversation|earlier|other|fence|tool_call|fact|session|sign_in_link|notebook_section|prompt_override|conversation_summary|schedule|firing|event_trigger|channel_\w+)\b/.test(
        step,
      ),
    )
    .filter(({ step }) => !SMALL_INDEXES.test(step));
  expect(scans).toEqual([]);
});

function noCommand(): never {
  throw new Error('no command is allowed here');
}

/** Statements of what fires at times. */
function collectSchedules(deps: Pick<ClockworkDeps, 'db' | 'writer' | 'clock'>): void {
  const keys = createSqliteKeyStore(deps.db, deps.clock);
  const rules = {
    commands: { names: [], check: noCommand },
    allowedHosts: new Set<string>(),
    tools: createSqliteToolChecker(deps.db),
    findChat: prepareFindChat(deps.db, { telegram: { allowedChats: new Set() } }),
  };
  prepareFindTalk(deps.db);
  const own = { ...deps, log: silentLogger, newId: randomId, reader: createCronReader() };
  const waiting = prepareFireWaiting({ ...own, rules, keys });
  const firings = createSqliteFiringStore({ ...own, waiting });
  createSqliteClockwork({ ...own, waiting });
  createSqliteScheduleStore({ ...own, waiting, firings });
  createSqliteDeliveryStore({ ...own, keys, waiting, firings });
  createSqliteTriggerStore({ ...own, box: { seal: noCommand, open: noCommand } });
}

/** Statements of what goes out to chats, and of who talks there. */
function collectChannels(deps: Pick<ClockworkDeps, 'db' | 'writer' | 'clock'>): void {
  createSqliteIdentityStore(deps);
  createSqliteLinkStore(deps);
  createSqliteRequestStore({ ...deps, newId: randomId });
  createSqliteChatStore(deps);
  createSqliteHolderStore({ ...deps, self: 'here' });
  createSqliteOutboxStore(deps);
  prepareFindChannel(deps.db);
}

/** Every statement that the stores prepare. */
function collectStatements(db: Database): readonly string[] {
  const found: string[] = [];
  const noting = new Proxy(db, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        if (name === 'prepare') found.push(String(args[0]));
        return Reflect.apply(value, target, args);
      };
    },
  });
  const clock = createFakeClock();
  const writer = createGroupCommit(db, { clock, log: silentLogger });
  const deps = {
    db: noting,
    writer,
    clock,
    random: () => 0,
    tools: createSqliteToolChecker(noting),
  };
  createSqliteRunStore(deps);
  createSqliteFence(noting);
  readHighestToken(deps);
  createSqliteRunStarter(deps);
  createSqliteRunLister(noting);
  createSqliteJobStore(deps);
  createSqliteJobQueue(deps);
  createSqliteJobActions(deps);
  createSqliteHistoryPruner(deps);
  createSqliteConversationPurger(deps);
  createSqliteSessionStore({ ...deps, log: silentLogger });
  createSqliteConversationStore(deps);
  createSqliteConversationForker(deps);
  createSqliteQueuedMessages(deps);
  createSqliteMessageSearch({ ...deps, log: silentLogger });
  createSqliteTitleStore(deps);
  createSqliteAdminStore(deps);
  createSqliteUsageReader(noting);
  createSqliteAttachmentStore(deps);
  createSqliteAttachmentLister(noting);
  createSqliteKeyStore(noting, clock);
  createSqliteCallbackStore({ ...deps, sender: { id: 'here', host: 'home', pid: 1 }, claimMs: 1 });
  createSqliteCallbackSecrets({ ...deps, newSecret: () => 'secret' });
  createSqliteOpenWork(noting);
  const secrets = { redact: (text: string) => text };
  createSqliteToolCalls({ ...deps, secrets, budget: createSqliteCallBudget(noting) });
  createSqliteFactStore({ ...deps, secrets, vectors: 'here' });
  createSqlitePendingVectors(deps);
  createSqliteIndexLease({ ...deps, self: 'me', place: undefined });
  createSqliteReindexProgress(deps);
  prepareFindByWords(noting);
  createSqliteNotebookStore({ ...deps, secrets });
  createSqliteBackupClaims(deps);
  createSqliteMessageStore(noting);
  createSqliteTenantSettings(noting);
  createSqliteOverrideStore(deps);
  createSqliteHistoryReader(noting);
  createSqliteSummaryStore(deps);
  collectSchedules(deps);
  collectChannels(deps);
  return found;
}

function planOf(db: Database, sql: string): readonly string[] {
  const constants = sql.replaceAll(/@\w+|\?/g, '1');
  const rows = db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${constants}`).all();
  return rows.map(({ detail }) => detail);
}
