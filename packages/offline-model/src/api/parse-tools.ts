import type { OfferedTool } from './messages-request.ts';
import {
  isRecord,
  refuse,
  refuseExtra,
  requireArray,
  requireRecord,
  requireString,
} from './narrow.ts';

const TOOL_NAME = /^[a-zA-Z0-9_-]{1,128}$/;
const TOOL_FIELDS = new Set([
  'type',
  'name',
  'description',
  'input_schema',
  'cache_control',
  'allowed_callers',
  'defer_loading',
  'eager_input_streaming',
  'input_examples',
  'strict',
]);
const CHOICE_FIELDS = new Set(['type', 'name', 'disable_parallel_tool_use']);
const CHOICES = new Set(['auto', 'any', 'tool', 'none']);

/** The tools that the reply may call: none with `tool_choice: none`. Server tools are refused: nothing here runs them. */
export function parseTools(tools: unknown, choice: unknown): readonly OfferedTool[] {
  const list = tools === undefined ? [] : requireArray(tools, 'tools');
  const offered = list.map((tool, index) => parseTool(tool, `tools.${index}`));
  if (new Set(offered.map((tool) => tool.name)).size < offered.length)
    refuse('tools', 'Tool names must be unique.');
  if (choice === undefined) return offered;
  return checkChoice(choice, offered) === 'none' ? [] : offered;
}

function parseTool(value: unknown, path: string): OfferedTool {
  const tool = requireRecord(value, path);
  const type = tool['type'] ?? 'custom';
  if (type !== 'custom')
    refuse(
      path,
      `Input tag '${String(type)}' found using 'type' does not match any of the expected tags`,
    );
  const place = `${path}.custom`;
  refuseExtra(tool, TOOL_FIELDS, place);
  const name = requireString(tool['name'], `${place}.name`);
  if (!TOOL_NAME.test(name))
    refuse(`${place}.name`, "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'");
  if (tool['description'] !== undefined) requireString(tool['description'], `${place}.description`);
  const inputSchema = requireRecord(tool['input_schema'], `${place}.input_schema`);
  if (inputSchema['type'] !== 'object')
    refuse(
      `${place}.input_schema.type`,
      inputSchema['type'] === undefined ? 'Field required' : "Input should be 'object'",
    );
  if (inputSchema['properties'] !== undefined && !isRecord(inputSchema['properties']))
    refuse(`${place}.input_schema.properties`, 'Input should be a valid dictionary');
  return { name, inputSchema };
}

function checkChoice(value: unknown, offered: readonly OfferedTool[]): string {
  const choice = requireRecord(value, 'tool_choice');
  refuseExtra(choice, CHOICE_FIELDS, 'tool_choice');
  const type = requireString(choice['type'], 'tool_choice.type');
  if (!CHOICES.has(type))
    refuse(
      'tool_choice',
      `Input tag '${type}' found using 'type' does not match any of the expected tags`,
    );
  if (offered.length === 0 && type !== 'none')
    refuse('tool_choice', 'tool_choice may only be specified while providing tools');
  if (type !== 'tool') return type;
  const name = requireString(choice['name'], 'tool_choice.name');
  if (!offered.some((tool) => tool.name === name))
    refuse('tool_choice', `Tool '${name}' not found in provided tools`);
  return type;
}
