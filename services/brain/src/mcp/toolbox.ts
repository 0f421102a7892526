import type { ToolDefinition } from '@bakerst/agent';
import type { OrgId } from '@bakerst/contracts';
import { describeCatalogue, hasManyTools } from './describe-catalogue.ts';
import type { ToolCatalogue } from './ports.ts';
import { CALL_TOOL, GET_TOOL_DEFINITIONS, SEARCH_TOOLS } from './tool-definitions.ts';

/** What a new run of an org is told of MCP tools. */
export interface Toolbox {
  /** Of the tools by which the model gets at them. */
  listDefinitions(org: OrgId): readonly ToolDefinition[];
  /** A part of the system prompt. */
  describe(org: OrgId): string;
}

export function createToolbox(catalogue: ToolCatalogue): Toolbox {
  return {
    listDefinitions: (org) => [
      GET_TOOL_DEFINITIONS,
      CALL_TOOL,
      ...(hasManyTools(catalogue.listServers(org)) ? [SEARCH_TOOLS] : []),
    ],
    describe: (org) => describeCatalogue(catalogue, org),
  };
}
