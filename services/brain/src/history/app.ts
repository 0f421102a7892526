import type { Model, ModelCatalogue } from '@bakerst/agent';
import type { TenantSettings } from '../conversations/ports.ts';
import type { LiveModel } from '../models/live-model.ts';
import type { Surroundings } from '../surroundings.ts';
import { createSqliteSummaryStore } from './sqlite-summary-store.ts';
import { createNoteKeeper, type NoteKeeper } from './summarise-conversation.ts';

interface NotesModel {
  readonly model: Model;
  readonly live: LiveModel;
  readonly catalogue: ModelCatalogue;
  readonly settings: TenantSettings;
}

/** What keeps notes on long conversations. */
export function createNotes(around: Surroundings, { live, ...given }: NotesModel): NoteKeeper {
  return createNoteKeeper({
    ...around,
    ...given,
    summaries: createSqliteSummaryStore(around),
    readChosen: live.readChosen,
  });
}
