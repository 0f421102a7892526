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

/** A definition by its name, as JSON. */
interface Definition {
  readonly name: string;
  readonly json: string;
}

/** By `server.tool`; names that mean nothing are left out, and those are named for which there is no room. */
function listDefinitions(catalogue: ToolCatalogue, org: OrgId, names: readonly string[]): string {
  const asked = [...new Set(names)].flatMap((name): Definition[] => {
    const tool = catalogue.findSchema(org, toNamed(name));
    if (tool === undefined) return [];
    const schema = describeSchema(Schema.parse(JSON.parse(tool.schema)), tool.description);
    return [{ name, json: JSON.stringify(schema) }];
  });
  const { found, leftOut } = fitIn(asked, TOOL_ANSWER_CHARS - LIST_CHARS);
  const parts = found.map(({ name, json }) => `${JSON.stringify(name)}:${json}`);
  // No tool is called that: a dot belongs to the name of each.
  if (leftOut.length > 0) parts.push(`"left_out":${JSON.stringify(leftOut)}`);
  return `{${parts.join(',')}}`;
}

/** A definition that is not in the answer, and what the model can do about it. */
interface LeftOut {
  readonly tool: string;
  readonly reason: string;
}

/** Takes each definition for which there is room; there is room for the names of all others, too. */
function fitIn(asked: readonly Definition[], chars: number) {
  const found: Definition[] = [];
  const leftOut: LeftOut[] = [];
  let left = chars - asked.reduce((sum, { name }) => sum + name.length + REASON_CHARS, 0);
  for (const definition of asked) {
    const { name, json } = definition;
    const room = left + REASON_CHARS - PUNCTUATION_CHARS;
    if (json.length <= room) {
      left = room - json.length;
      found.push(definition);
    } else {
      leftOut.push({ tool: name, reason: json.length > MOST_CHARS ? TOO_LONG : NO_ROOM });
    }
  }
  return { found, leftOut };
}

const NO_ROOM = 'no room in this answer: ask for fewer at once';
const TOO_LONG = 'longer than an answer may be: it cannot be shown';
/** Of a definition that is asked for alone with a name of the greatest length. */
const MOST_CHARS = TOOL_ANSWER_CHARS - 1_024;
/** A reason, and all signs around it and its tool's name. */
const REASON_CHARS = 80;
/** Quotes, colon and comma around a name that is found. */
const PUNCTUATION_CHARS = 4;
/** The braces of the whole, and the name of the list. */
const LIST_CHARS = 20;

function toNamed(name: string): NamedTool {
  const dot = name.indexOf('.');
  return { server: name.slice(0, Math.max(0, dot)), tool: name.slice(dot + 1) };
}

/** A schema without a description of its own gets what the server says of the tool. */
function describeSchema(schema: Schema, description: string): Schema {
  return 'description' in schema || description === '' ? schema : { description, ...schema };
}
