import { Api, type ModelSettingsView } from '@bakerst/contracts';
import type { Call } from './create-call.ts';

/** What holds for the whole installation. */
export interface SettingsMethods {
  getModelSettings(): Promise<ModelSettingsView>;
  /** Tries the key first: ApiError 400, reason MODEL_KEY_REFUSED, when the model's server does not take it. */
  setModelKey(apiKey: string): Promise<ModelSettingsView>;
  removeModelKey(): Promise<ModelSettingsView>;
}

export function createSettingsMethods(call: Call): SettingsMethods {
  return {
    getModelSettings: () => call.json(Api.getModelSettings),
    setModelKey: (apiKey) => call.json(Api.setModelKey, { body: { api_key: apiKey } }),
    removeModelKey: () => call.json(Api.removeModelKey),
  };
}
