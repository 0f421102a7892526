import { isDeeperThan, McpLimits, McpTool } from '@bakerst/contracts';
import { z } from 'zod';
import { cutDescription } from './cut-description.ts';
import { McpFault } from './mcp-fault.ts';
import { ANSWER_MAX_DEPTH } from './read-reply.ts';

/** Of the schema of one tool; it stands inside other messages. */
const SCHEMA_MAX_DEPTH = 64;
const MAX_WARNINGS = 50;
/** Nothing that a reader does not see, or sees as something else. */
const UNFIT_NAME = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]|^\s|\s$/u;

const ToolsPage = z.object({
  tools: z.array(z.unknown()),
  nextCursor: z.string().max(1_024).optional(),
});

const hint = z.boolean().optional().catch(undefined);

/** A tool as servers describe it; what is neither needed nor understood is left out. */
const ServersTool = z.object({
  name: z.string(),
  description: z.string().optional().catch(undefined),
  inputSchema: z.unknown(),
  annotations: z
    .object({
      readOnlyHint: hint,
      destructiveHint: hint,
      idempotentHint: hint,
      openWorldHint: hint,
    })
    .optional()
    .catch(undefined),
});
type ServersTool = z.infer<typeof ServersTool>;

/** Gathers the tools of a server over several pages, within the limits. */
export interface ToolList {
  /** Takes a page; gives the cursor of the next one if one is wanted. Throws McpFault for what is no page. */
  add(page: unknown): string | undefined;
  readonly tools: readonly McpTool[];
  /** What was left out, and why; at most 50. */
  readonly warnings: readonly string[];
}

export function createToolList(): ToolList {
  const tools: McpTool[] = [];
  const warnings: string[] = [];
  const names = new Set<string>();
  let bytes = 0;
  const warn = (warning: string): void => {
    if (warnings.length < MAX_WARNINGS) warnings.push(warning);
  };
  const take = (raw: unknown): void => {
    const tool = toTool(raw, names);
    if (typeof tool === 'string') warn(tool);
    else if (tools.length >= McpLimits.toolsPerServer)
      warn(`${show(tool.name)} is beyond ${McpLimits.toolsPerServer} tools`);
    else keep(tool);
  };
  const keep = (tool: McpTool): void => {
    bytes += Buffer.byteLength(JSON.stringify(tool));
    if (bytes > McpLimits.answerBytes)
      warn(`${show(tool.name)} is beyond ${McpLimits.answerBytes} bytes of definitions`);
    else {
      names.add(tool.name);
      tools.push(tool);
    }
  };
  return {
    tools,
    warnings,
    add(page) {
      if (isDeeperThan(ANSWER_MAX_DEPTH, page)) throw noPage();
      const parsed = ToolsPage.safeParse(page);
      if (!parsed.success) throw noPage();
      parsed.data.tools.forEach(take);
      return tools.length < McpLimits.toolsPerServer ? parsed.data.nextCursor : undefined;
    },
  };
}

function noPage(): McpFault {
  return new McpFault(
    { code: 'MCP_PROTOCOL_ERROR', status: 'failed' },
    'the server answered with something that is no list of tools',
  );
}

/** The tool, or why it is left out. */
function toTool(raw: unknown, names: ReadonlySet<string>): McpTool | string {
  const told = ServersTool.safeParse(raw);
  if (!told.success) return 'something that is no tool was left out';
  const { name, inputSchema } = told.data;
  if (names.has(name)) return `${show(name)} is there twice; the first one counts`;
  if (UNFIT_NAME.test(name)) return `${show(name)} has characters that no name may have`;
  if (isDeeperThan(SCHEMA_MAX_DEPTH, inputSchema))
    return `${show(name)} has a schema nested more than ${SCHEMA_MAX_DEPTH} deep`;
  if (Buffer.byteLength(JSON.stringify(inputSchema) ?? '') > McpLimits.schemaBytes)
    return `${show(name)} has a schema of more than ${McpLimits.schemaBytes} bytes`;
  const tool = McpTool.safeParse(describe(told.data));
  return tool.success ? tool.data : `${show(name)} has a name or schema that is not valid`;
}

function describe({ name, description = '', inputSchema, annotations }: ServersTool): object {
  return {
    name,
    description: cutDescription(description, McpLimits.descriptionBytes),
    inputSchema,
    annotations: annotations ?? {},
  };
}

/** A name as a log or a page may show it. */
function show(name: string): string {
  return `"${name.slice(0, 60).replaceAll(/[^\x20-\x7e]/g, '?')}"`;
}
