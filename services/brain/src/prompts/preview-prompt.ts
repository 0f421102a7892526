import type { ToolDefinition } from '@bakerst/agent';
import type { OrgId, PromptPreview, Tenant } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { z } from 'zod';
import { type ChoiceDeps, checkChoice } from '../models/check-choice.ts';
import type { ModelChoices } from '../models/model-choices.ts';
import { toSystemPrompt } from './assemble-prompt.ts';
import { mayCallMcp, permittedTools } from './permitted-tools.ts';
import { type PromptDeps, writePrompt } from './write-prompt.ts';

export interface PreviewDeps extends PromptDeps, ChoiceDeps {
  readonly files: PromptDeps['files'] & ChoiceDeps['files'];
  readonly models: ModelChoices;
  readonly listTools: (org: OrgId) => readonly ToolDefinition[];
  readonly clock: Pick<Clock, 'now'>;
}

/** What the model would be told if a conversation of this user began now. Throws AppError for an unknown persona. */
export function previewPrompt(
  deps: PreviewDeps,
  tenant: Tenant,
  personaName: string | undefined,
): z.input<typeof PromptPreview> {
  checkChoice(deps, { persona: personaName });
  const persona = personaName === undefined ? undefined : deps.files.findPersona(personaName);
  const model = deps.models.find(persona?.model ?? '') ?? deps.models.usual;
  const tools = permittedTools(deps.listTools(tenant.org), persona);
  const parts = writePrompt(deps, {
    tenant,
    persona,
    facts: [],
    at: deps.clock.now(),
    summary: undefined,
    channel: undefined,
    hasHistory: false,
    mayCallMcp: mayCallMcp(tools),
  });
  const { stable, changing } = toSystemPrompt(parts);
  return {
    ...{ org: tenant.org, user_id: tenant.user },
    persona: persona?.name ?? null,
    model: model.name,
    tools: tools.map(({ name }) => name),
    parts: parts.map(({ name, origin, isStable, text }) => ({
      name,
      origin,
      cached: isStable,
      text,
    })),
    text: `${stable}\n\n${changing}`,
  };
}
