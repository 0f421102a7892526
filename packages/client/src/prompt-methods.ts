import {
  Api,
  type ModelsView,
  type OrgPromptOverrides,
  type PersonasView,
  type PromptOverrides,
  type PromptOverridesPatch,
  type PromptPreview,
} from '@bakerst/contracts';
import type { z } from 'zod';
import type { Call } from './create-call.ts';
import type { NamedUser } from './named.ts';

type Patch = z.input<typeof PromptOverridesPatch>;

/** What the model is told, and who answers. */
export interface PromptMethods {
  getOrgPrompts(org: string): Promise<OrgPromptOverrides>;
  /** What is left out stays; null takes a slot away. */
  setOrgPrompts(org: string, change: Patch): Promise<OrgPromptOverrides>;
  resetOrgPrompts(org: string): Promise<OrgPromptOverrides>;
  getUserPrompts(org: string, user: string): Promise<PromptOverrides>;
  setUserPrompts(org: string, user: string, change: Patch): Promise<PromptOverrides>;
  resetUserPrompts(org: string, user: string): Promise<PromptOverrides>;
  /** What the model would be told if a conversation began now. */
  previewPrompt(query?: NamedUser & { readonly persona?: string }): Promise<PromptPreview>;
  listPersonas(named?: NamedUser): Promise<PersonasView>;
  listModels(named?: NamedUser): Promise<ModelsView>;
}

export function createPromptMethods(call: Call): PromptMethods {
  return {
    getOrgPrompts: (org) => call.json(Api.getOrgPrompts, { params: { org } }),
    setOrgPrompts: (org, body) => call.json(Api.setOrgPrompts, { params: { org }, body }),
    resetOrgPrompts: (org) => call.json(Api.resetOrgPrompts, { params: { org } }),
    getUserPrompts: (org, userId) => call.json(Api.getUserPrompts, { params: { org, userId } }),
    setUserPrompts: (org, userId, body) =>
      call.json(Api.setUserPrompts, { params: { org, userId }, body }),
    resetUserPrompts: (org, userId) => call.json(Api.resetUserPrompts, { params: { org, userId } }),
    previewPrompt: (query) => call.json(Api.previewPrompt, { query: { ...query } }),
    listPersonas: (query) => call.json(Api.listPersonas, { query: { ...query } }),
    listModels: (query) => call.json(Api.listModels, { query: { ...query } }),
  };
}
