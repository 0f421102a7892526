import {
  type AnthropicOptions,
  createAnthropicModel,
  type Model,
  type ModelCatalogue,
} from '@bakerst/agent';
import { openAttachmentFiles } from '../attachments/app.ts';
import type { Route } from '../http/route.ts';
import { createSecretBox } from '../mcp/secret-box.ts';
import { createKeyReader } from '../mcp/secrets-key.ts';
import { countReplies } from '../metrics/count-replies.ts';
import type { Surroundings } from '../surroundings.ts';
import { createLiveModel, type LiveModel } from './live-model.ts';
import { loadCatalogue } from './load-catalogue.ts';
import { createModelChoices, type ModelChoices } from './model-choices.ts';
import { createModelSettingsRoutes } from './model-settings-routes.ts';
import { createSqliteModelKeyStore } from './sqlite-model-key-store.ts';

/** Which model answers, and which can be chosen, built on its adapters. */
export interface Models {
  readonly catalogue: ModelCatalogue;
  readonly live: LiveModel;
  /** The same for those who ask it, whose replies are counted. */
  readonly model: Model;
  readonly choices: ModelChoices;
  readonly routes: readonly Route[];
}

export function createModels(around: Surroundings): Models {
  const { config, clock, dataDir, log, secrets } = around;
  const catalogue = loadCatalogue(config.operatingSystemDir);
  const box = createSecretBox(createKeyReader(dataDir, config.secretsKey));
  const keys = createSqliteModelKeyStore({ ...around, box });
  const readAttachment = openAttachmentFiles(around).read;
  const createModel = (connection: AnthropicOptions) =>
    createAnthropicModel({ ...connection, readAttachment }, clock);
  const deps = { settings: config.model, catalogue, keys, createModel, secrets, log };
  const live = createLiveModel(deps);
  return {
    catalogue,
    live,
    model: { ...live, reply: countReplies(live, { ...around, catalogue }) },
    choices: createModelChoices(live.readChosen, catalogue),
    routes: createModelSettingsRoutes({ ...deps, live, defaultOrg: config.defaultOrg }),
  };
}
