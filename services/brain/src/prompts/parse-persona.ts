import { toPromptText } from '@bakerst/contracts';
import { z } from 'zod';
import { parseSlots } from './parse-slots.ts';
import type { Persona } from './ports.ts';

const MAX_TOOLS = 100;

const FrontMatter = z.strictObject({
  name: z
    .string({ error: 'there is no name' })
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'name must be 1 to 64 of a-z 0-9 and -'),
  description: z.string().max(300, 'description is longer than 300 characters').optional(),
  model: z.string().max(128).optional(),
  tools: z
    .array(z.string().max(128), { error: 'tools must be a list such as [execute_code]' })
    .max(MAX_TOOLS)
    .optional(),
});

const FENCED = /^---\n([\s\S]*?)\n---(?:\n|$)/;
const LIST_ENTRY = /^\s*-\s+(.+)$/;
const FIELD = /^([a-z_]+):[ ]*(.*)$/;

/**
 * A persona from its file: front matter with name, description, model and tools, then text, which goes to `instructions`
 * unless marks name other slots. Throws an Error that says what is wrong.
 */
export function parsePersona(text: string): Persona {
  const clean = toPromptText(text);
  const fenced = FENCED.exec(clean);
  if (fenced === null) throw new Error('it does not begin with front matter between lines of ---');
  const parsed = FrontMatter.safeParse(readFields(fenced[1] ?? ''));
  if (!parsed.success) throw new Error(describeIssue(parsed.error));
  const { name, description, model, tools } = parsed.data;
  const slots = parseSlots(clean.slice(fenced[0].length), 'instructions');
  if (Object.keys(slots).length === 0) throw new Error('there is no text behind the front matter');
  return { name, description, model, tools, slots };
}

function describeIssue({ issues: [issue] }: z.ZodError): string {
  if (issue?.code === 'unrecognized_keys') return `there is no field ${issue.keys.join(', ')}`;
  return issue?.message ?? 'the front matter cannot be read';
}

/** `name: value` lines; a list in brackets, or on lines of its own that begin with a dash. */
function readFields(head: string): Record<string, unknown> {
  const fields = new Map<string, string | string[]>();
  let open: string[] | undefined;
  for (const line of head.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const entry = LIST_ENTRY.exec(line)?.[1];
    if (entry !== undefined && open !== undefined) open.push(unquote(entry));
    else open = addField(fields, line);
  }
  return Object.fromEntries(fields);
}

/** Gives the list that the lines behind it may fill. */
function addField(fields: Map<string, string | string[]>, line: string): string[] | undefined {
  const [, name = '', value = ''] = FIELD.exec(line) ?? [];
  if (name === '') throw new Error(`this line is no field: ${line.slice(0, 80)}`);
  if (fields.has(name)) throw new Error(`the field ${name} stands there twice`);
  const open = value.trim() === '' ? [] : undefined;
  fields.set(name, open ?? readValue(value.trim()));
  return open;
}

function readValue(text: string): string | string[] {
  if (!text.startsWith('[')) return unquote(text);
  if (!text.endsWith(']')) throw new Error('a list does not end');
  const inner = text.slice(1, -1).trim();
  return inner === '' ? [] : inner.split(',').map((part) => unquote(part.trim()));
}

function unquote(text: string): string {
  const quoted = /^"(.*)"$|^'(.*)'$/.exec(text.trim());
  return quoted === null ? text.trim() : (quoted[1] ?? quoted[2] ?? '');
}
