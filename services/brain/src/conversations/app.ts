import type { Model, ModelCatalogue } from '@bakerst/agent';
import { createSqliteAttachmentLister } from '../attachments/sqlite-attachment-store.ts';
import { createSqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import { type ChoiceDeps, checkChoice } from '../models/check-choice.ts';
import type { LiveModel } from '../models/live-model.ts';
import type { ResolveDeps } from '../principals/resolve-tenant.ts';
import type { Surroundings } from '../surroundings.ts';
import { createConversationRoutes } from './conversation-routes.ts';
import { createHistoryRoutes } from './history-routes.ts';
import { createSqliteConversationForker } from './sqlite-conversation-forker.ts';
import { createSqliteConversationStore } from './sqlite-conversation-store.ts';
import { createSqliteMessageSearch } from './sqlite-message-search.ts';
import { createSqliteMessageStore } from './sqlite-message-store.ts';
import { createSqliteTitleStore } from './sqlite-title-store.ts';
import { createTitler, type Titler } from './title-conversation.ts';

export type Conversations = ReturnType<typeof createConversations>;

/** Builds the feature on its adapters. */
export function createConversations(
  around: Surroundings,
  { resolve, choices }: { readonly resolve: ResolveDeps; readonly choices: ChoiceDeps },
) {
  const { db, clock, changes, newId } = around;
  const search = createSqliteMessageSearch(around);
  const conversations = createSqliteConversationStore(around);
  const keys = createSqliteKeyStore(db, clock);
  const attachments = createSqliteAttachmentLister(db);
  return {
    search,
    store: conversations,
    routes: [
      ...createConversationRoutes({
        conversations,
        forker: createSqliteConversationForker(around),
        search,
        attachments,
        keys,
        changes,
        checkChoice: (change) => checkChoice(choices, change),
        resolve,
        newId,
      }),
      ...createHistoryRoutes({
        messages: createSqliteMessageStore(db),
        conversations,
        changes,
        resolve,
      }),
    ],
  };
}

interface TitleModel {
  readonly model: Model;
  readonly live: LiveModel;
  readonly catalogue: ModelCatalogue;
}

/** What gives conversations their titles. */
export function createTitles(around: Surroundings, { model, live, catalogue }: TitleModel): Titler {
  const { changes, log } = around;
  const titles = createSqliteTitleStore(around);
  const readModelName = () => live.readChosen().smallName;
  return createTitler({ titles, model, readModelName, catalogue, changes, log });
}
