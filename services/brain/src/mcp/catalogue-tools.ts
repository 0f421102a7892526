import { refuseInput, TOOL_ANSWER_CHARS, type Tool } from '@bakerst/agent';
import type { OrgId } from '@bakerst/contracts';
import { limitOutput } from '@bakerst/kit';
import { z } from 'zod';
import { toSummary } from './describe-catalogue.ts';
import type { NamedTool, ToolCatalogue } from './ports.ts';
import { searchTools } from './search-tools.ts';
import {
  FOUND_TOOLS,
  GET_TOOL_DEFINITIONS,
  GetDefinitionsInput,
  SEARCH_TOOLS,
  SearchToolsInput,
} from './tool-definitions.ts';

const Schema = z.record(z.string(), z.json());
type Schema = z.infer<typeof Schema>;

/** The tools by which the model learns what MCP tools there are; they change nothing. */
export function createCatalogueTools(catalogue: ToolCatalogue, org: OrgId): readonly Tool[] {
  return [
    {
      definition: GET_TOOL_DEFINITIONS,
      async run(input) {
        const parsed = GetDefinitionsInput.safeParse(input);
        if (!parsed.success) return refuseInput(input, parsed.error);
        return { text: listDefinitions(catalogue, org, parsed.data.tool_names), isError: false };
      },
    },
    {
      definition: SEARCH_TOOLS,
      async run(input) {
        const parsed = SearchToolsInput.safeParse(input);
        if (!parsed.success) return refuseInput(input, parsed.error);
        const found = searchTools(catalogue.listTools(org), parsed.data.query, FOUND_TOOLS);
        const text = JSON.stringify(
          found.map(({ server, name, description }) => ({
            tool: `${server}.${name}`,
            description: toSummary(description),
          })),
        );
        return { text: limitOutput(text, { maxChars: TOOL_ANSWER_CHARS }), isError: false };
      },
    },
  ];
}

/** By `server.tool`; names that mean nothing are left out, and so are definitions for which there is no room. */
function listDefinitions(catalogue: ToolCatalogue, org: OrgId, names: readonly string[]): string {
  const found: Record<string, Schema> = {};
  let left = TOOL_ANSWER_CHARS;
  for (const name of new Set(names)) {
    const tool = catalogue.findSchema(org, toNamed(name));
    if (tool === undefined) continue;
    const schema = describeSchema(Schema.parse(JSON.parse(tool.schema)), tool.description);
    left -= JSON.stringify(schema).length + name.length + PUNCTUATION_CHARS;
    if (left < 0) break;
    found[name] = schema;
  }
  return JSON.stringify(found);
}

/** Quotes, colon and comma around a name, and the braces of the whole. */
const PUNCTUATION_CHARS = 8;

function toNamed(name: string): NamedTool {
  const dot = name.indexOf('.');
  return { server: name.slice(0, Math.max(0, dot)), tool: name.slice(dot + 1) };
}

/** A schema without a description of its own gets what the server says of the tool. */
function describeSchema(schema: Schema, description: string): Schema {
  return 'description' in schema || description === '' ? schema : { description, ...schema };
}
