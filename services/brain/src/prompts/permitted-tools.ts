import { EXECUTE_CODE, type ToolDefinition } from '@bakerst/agent';
import type { Persona } from './ports.ts';

/** The tool through which MCP tools are called; without it code calls none either. */
const CALL_TOOL = 'call_tool';

/** What the model is told of the tools that a persona may use: all of them without a persona, or without its list. */
export function permittedTools(
  tools: readonly ToolDefinition[],
  persona: Persona | undefined,
): readonly ToolDefinition[] {
  const names = persona?.tools;
  if (names === undefined) return tools;
  const permitted = tools.filter(({ name }) => names.includes(name));
  if (mayCallMcp(permitted)) return permitted;
  return permitted.map((tool) => (tool.name === EXECUTE_CODE.name ? EXECUTE_CODE : tool));
}

/** Whether whoever is offered these tools gets at those of MCP servers. */
export function mayCallMcp(tools: readonly Pick<ToolDefinition, 'name'>[]): boolean {
  return tools.some(({ name }) => name === CALL_TOOL);
}
