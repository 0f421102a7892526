import { ModelsView, PersonasView } from '../persona.ts';
import {
  OrgPromptOverrides,
  PromptOverrides,
  PromptOverridesPatch,
  PromptPreview,
  PromptPreviewQuery,
} from '../prompt.ts';
import { endpoint } from './endpoint.ts';
import { Named } from './query.ts';

const OF_ORG = '/api/v1/admin/orgs/{org}/prompt-overrides';
const OF_USER = '/api/v1/admin/orgs/{org}/users/{userId}/prompt-overrides';

const ofOrg = {
  getOrgPrompts: endpoint({
    method: 'get',
    path: OF_ORG,
    tag: 'prompts',
    summary: 'What an org has written of the system prompt, and what its users get',
    answers: { 200: OrgPromptOverrides },
    errors: ['NOT_FOUND'],
  }),
  setOrgPrompts: endpoint({
    method: 'put',
    path: OF_ORG,
    tag: 'prompts',
    summary: 'Writes slots of the system prompt for an org; null takes one away',
    body: PromptOverridesPatch,
    answers: { 200: OrgPromptOverrides },
    errors: ['NOT_FOUND'],
  }),
  resetOrgPrompts: endpoint({
    method: 'delete',
    path: OF_ORG,
    tag: 'prompts',
    summary: 'Takes all that an org has written of the system prompt away',
    answers: { 200: OrgPromptOverrides },
    errors: ['NOT_FOUND'],
  }),
} as const;

const ofUser = {
  getUserPrompts: endpoint({
    method: 'get',
    path: OF_USER,
    tag: 'prompts',
    summary: 'What is written of the system prompt for one user; for administrators and that user',
    answers: { 200: PromptOverrides },
    errors: ['NOT_FOUND'],
  }),
  setUserPrompts: endpoint({
    method: 'put',
    path: OF_USER,
    tag: 'prompts',
    summary: 'Writes slots of the system prompt for one user; null takes one away',
    body: PromptOverridesPatch,
    answers: { 200: PromptOverrides },
    errors: ['NOT_FOUND'],
  }),
  resetUserPrompts: endpoint({
    method: 'delete',
    path: OF_USER,
    tag: 'prompts',
    summary: 'Takes all that is written of the system prompt for one user away',
    answers: { 200: PromptOverrides },
    errors: ['NOT_FOUND'],
  }),
} as const;

export const promptsApi = {
  ...ofOrg,
  ...ofUser,
  previewPrompt: endpoint({
    method: 'get',
    path: '/api/v1/prompt-preview',
    tag: 'prompts',
    summary:
      'What the model would be told if a conversation began now, with the origin of each part',
    query: PromptPreviewQuery,
    answers: { 200: PromptPreview },
    errors: ['NOT_FOUND'],
  }),
  listPersonas: endpoint({
    method: 'get',
    path: '/api/v1/personas',
    tag: 'prompts',
    summary: 'The personas that can be chosen for a message or a conversation',
    query: Named,
    answers: { 200: PersonasView },
  }),
  listModels: endpoint({
    method: 'get',
    path: '/api/v1/models',
    tag: 'prompts',
    summary: 'The models that can be chosen for a message or a conversation',
    query: Named,
    answers: { 200: ModelsView },
  }),
} as const;
