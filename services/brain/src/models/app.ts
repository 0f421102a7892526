import { createAnthropicModel } from '@bakerst/agent';
import { openAttachmentFiles } from '../attachments/app.ts';
import { countReplies } from '../metrics/count-replies.ts';
import type { Surroundings } from '../surroundings.ts';
import { chooseModel } from './choose-model.ts';
import { loadCatalogue } from './load-catalogue.ts';
import { createModelChoices } from './model-choices.ts';
import { watchAccess } from './watch-access.ts';

/** What answers here, and what can be chosen. */
export function openModels(around: Surroundings) {
  const { config, clock, log } = around;
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
  return {
    catalogue,
    chosen,
    models: createModelChoices(chosen, catalogue),
    model: { ...watched, reply: countReplies(watched, { ...around, catalogue }) },
  };
}
