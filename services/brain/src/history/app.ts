import type { Model, ModelCatalogue } from '@bakerst/agent';
import type { TenantSettings } from '../conversations/ports.ts';
import type { ChosenModel } from '../models/choose-model.ts';
import type { Surroundings } from '../surroundings.ts';
import { createSqliteSummaryStore } from './sqlite-summary-store.ts';
import { createNoteKeeper, type NoteKeeper } from './summarise-conversation.ts';

interface NotesModel {
  readonly model: Model;
  readonly chosen: ChosenModel;
  readonly catalogue: ModelCatalogue;
  readonly settings: TenantSettings;
}

/** What keeps notes on long conversations. */
export function createNotes(around: Surroundings, { chosen, ...given }: NotesModel): NoteKeeper {
  return createNoteKeeper({
    ...around,
    ...given,
    summaries: createSqliteSummaryStore(around),
    modelName: chosen.notesName,
    historyTokens: chosen.choice.historyTokens,
  });
}
