import type { Tenant } from '@bakerst/contracts';
import type { TenantSettings } from '../conversations/ports.ts';
import type { Toolbox } from '../mcp/toolbox.ts';
import { describeNotebook } from '../notebook/document.ts';
import type { NotebookStore } from '../notebook/ports.ts';
import { listPromptParts, type PromptContent, type PromptPart } from './assemble-prompt.ts';
import type { OverrideStore, Persona, PromptFiles } from './ports.ts';
import { resolveSlots } from './resolve-slots.ts';

export interface PromptDeps {
  readonly files: Pick<PromptFiles, 'readDefaults'>;
  readonly overrides: Pick<OverrideStore, 'readOrg' | 'readUser'>;
  readonly toolbox: Pick<Toolbox, 'describe'>;
  readonly settings: Pick<TenantSettings, 'readLanguage'>;
  readonly notebook: Pick<NotebookStore, 'read'>;
  /** Takes the place of `{{AGENT_NAME}}`. */
  readonly agentName: string;
}

export interface PromptAsk
  extends Pick<PromptContent, 'facts' | 'at' | 'summary' | 'hasHistory' | 'channel'> {
  readonly tenant: Tenant;
  readonly persona: Persona | undefined;
  /** Whether the tools of MCP servers are within reach. */
  readonly mayCallMcp: boolean;
}

/** The system prompt for one message of a user, part by part. Reads SQLite and what is in memory only. */
export function writePrompt(deps: PromptDeps, ask: PromptAsk): readonly PromptPart[] {
  const { tenant, persona, mayCallMcp, ...about } = ask;
  const tiers = {
    user: deps.overrides.readUser(tenant),
    persona: persona?.slots,
    org: deps.overrides.readOrg(tenant.org),
    default: deps.files.readDefaults(),
  };
  return listPromptParts({
    ...about,
    slots: resolveSlots(tiers, deps.agentName),
    catalogue: mayCallMcp ? deps.toolbox.describe(tenant.org) : '',
    notebook: describeNotebook(deps.notebook.read(tenant)),
    language: deps.settings.readLanguage(tenant.org, tenant.user),
  });
}
