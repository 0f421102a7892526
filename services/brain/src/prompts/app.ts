import type { TenantSettings } from '../conversations/ports.ts';
import type { Toolbox } from '../mcp/toolbox.ts';
import { createSqliteNotebookStore } from '../notebook/sqlite-notebook-store.ts';
import type { Surroundings } from '../surroundings.ts';
import { openDiskPromptFiles } from './disk-prompt-files.ts';
import { createSqliteOverrideStore } from './sqlite-override-store.ts';

export type Prompts = ReturnType<typeof createPrompts>;

interface PromptSurroundings {
  readonly toolbox: Toolbox;
  readonly settings: TenantSettings;
}

/** Builds the feature on its adapters. */
export function createPrompts(around: Surroundings, given: PromptSurroundings) {
  const { agentName, operatingSystemDir: dir } = around.config;
  const files = openDiskPromptFiles({ ...around, dir, agentName });
  return {
    ...given,
    files,
    overrides: createSqliteOverrideStore(around),
    notebook: createSqliteNotebookStore(around),
    agentName,
  };
}
