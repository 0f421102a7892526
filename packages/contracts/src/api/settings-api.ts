import { ModelSettingsView, ModelSettingsWrite } from '../model-settings.ts';
import { endpoint } from './endpoint.ts';

const MODEL = '/api/v1/settings/model';
const TAG = 'settings';

export const settingsApi = {
  getModelSettings: endpoint({
    method: 'get',
    path: MODEL,
    tag: TAG,
    summary: 'By what the model is reached',
    answers: { 200: ModelSettingsView },
  }),
  setModelKey: endpoint({
    method: 'put',
    path: MODEL,
    tag: TAG,
    summary: 'Tries a key of the model and keeps it, encrypted; for the owner of the installation',
    body: ModelSettingsWrite,
    answers: { 200: ModelSettingsView },
    errors: ['CONFLICT', 'CLAUDE_API_ERROR', 'TIMEOUT_ERROR'],
  }),
  removeModelKey: endpoint({
    method: 'delete',
    path: MODEL,
    tag: TAG,
    summary: 'Forgets the key that was kept',
    answers: { 200: ModelSettingsView },
  }),
} as const;
