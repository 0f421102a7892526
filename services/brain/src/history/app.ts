import type { Model, ModelCatalogue } from '@bakerst/agent';
import { createSqliteAttachmentLister } from '../attachments/sqlite-attachment-store.ts';
import type { TenantSettings } from '../conversations/ports.ts';
import type { LiveModel } from '../models/live-model.ts';
import type { Run } from '../runs/run.ts';
import type { Surroundings } from '../surroundings.ts';
import { createSqliteHistoryReader } from './sqlite-history-reader.ts';
import { createSqliteSummaryStore } from './sqlite-summary-store.ts';
import { createNoteKeeper, type NoteKeeper } from './summarise-conversation.ts';

interface NotesModel {
  readonly model: Model;
  readonly live: LiveModel;
  readonly catalogue: ModelCatalogue;
  readonly settings: TenantSettings;
  readonly readHistoryTokens: (run: Run) => number;
}

/** What keeps notes on long conversations. */
export function createNotes(around: Surroundings, { live, ...given }: NotesModel): NoteKeeper {
  return createNoteKeeper({
    ...around,
    ...given,
    attachments: createSqliteAttachmentLister(around.db),
    history: createSqliteHistoryReader(around.db),
    summaries: createSqliteSummaryStore(around),
    readChosen: live.readChosen,
  });
}
