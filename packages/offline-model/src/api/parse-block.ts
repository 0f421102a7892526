import type { MessageBlock, Role } from './messages-request.ts';
import {
  type JsonObject,
  refuse,
  refuseExtra,
  requireArray,
  requireBoolean,
  requireRecord,
  requireString,
} from './narrow.ts';
import { signThinking } from './sign-thinking.ts';

interface BlockKind {
  readonly roles: readonly Role[];
  readonly fields: ReadonlySet<string>;
  parse(block: JsonObject, path: string): MessageBlock;
}

const TOOL_USE_ID = /^[a-zA-Z0-9_-]+$/;

const KINDS: Readonly<Record<string, BlockKind>> = {
  text: {
    roles: ['user', 'assistant'],
    fields: new Set(['type', 'text', 'cache_control', 'citations']),
    parse: parseText,
  },
  thinking: {
    roles: ['assistant'],
    fields: new Set(['type', 'thinking', 'signature']),
    parse: parseThinking,
  },
  redacted_thinking: {
    roles: ['assistant'],
    fields: new Set(['type', 'data']),
    parse: (block, path) => parseOther(block['data'], `${path}.data`),
  },
  tool_use: {
    roles: ['assistant'],
    fields: new Set(['type', 'id', 'name', 'input', 'cache_control', 'caller', 'toolset_name']),
    parse: parseToolUse,
  },
  tool_result: {
    roles: ['user'],
    fields: new Set([
      'type',
      'tool_use_id',
      'content',
      'is_error',
      'cache_control',
      'toolset_name',
    ]),
    parse: parseToolResult,
  },
  image: {
    roles: ['user'],
    fields: new Set(['type', 'source', 'cache_control']),
    parse: (block, path) => parseOther(block['source'], `${path}.source`),
  },
  document: {
    roles: ['user'],
    fields: new Set(['type', 'source', 'title', 'context', 'citations', 'cache_control']),
    parse: (block, path) => parseOther(block['source'], `${path}.source`),
  },
  search_result: {
    roles: ['user'],
    fields: new Set(['type', 'source', 'title', 'content', 'citations', 'cache_control']),
    parse: (block, path) => parseOther(block['content'], `${path}.content`),
  },
};

/** Where a block stands: whose message, and its path for errors. */
export interface BlockPlace {
  readonly role: Role;
  readonly path: string;
}

/** One content block of a message. Blocks of Anthropic's server tools are refused: nothing here offers those. */
export function parseBlock(value: unknown, { role, path }: BlockPlace): MessageBlock {
  const block = requireRecord(value, path);
  const type = requireString(block['type'], `${path}.type`);
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (kind === undefined)
    refuse(path, `Input tag '${type}' found using 'type' does not match any of the expected tags`);
  if (!kind.roles.includes(role))
    refuse(path, `\`${type}\` blocks can only be in \`${kind.roles.join('` or `')}\` messages`);
  refuseExtra(block, kind.fields, `${path}.${type}`);
  return kind.parse(block, `${path}.${type}`);
}

/** Refuses text that the API refuses: it must hold more than white space. */
export function requireText(value: unknown, path: string): string {
  const text = requireString(value, path);
  const [place = path] = path.split('.');
  if (text === '') refuse(place, 'text content blocks must be non-empty');
  if (text.trim() === '') refuse(place, 'text content blocks must contain non-whitespace text');
  return text;
}

function parseText(block: JsonObject, path: string): MessageBlock {
  return { type: 'text', text: requireText(block['text'], `${path}.text`) };
}

function parseThinking(block: JsonObject, path: string): MessageBlock {
  const thinking = requireString(block['thinking'], `${path}.thinking`);
  const signature = requireString(block['signature'], `${path}.signature`);
  if (signature !== signThinking(thinking))
    refuse(path.replace(/\.thinking$/, ''), 'Invalid `signature` in `thinking` block');
  return { type: 'thinking', thinking };
}

function parseToolUse(block: JsonObject, path: string): MessageBlock {
  const id = requireString(block['id'], `${path}.id`);
  if (!TOOL_USE_ID.test(id)) refuse(`${path}.id`, "String should match pattern '^[a-zA-Z0-9_-]+$'");
  const name = requireString(block['name'], `${path}.name`);
  return { type: 'tool_use', id, name, input: requireRecord(block['input'], `${path}.input`) };
}

function parseToolResult(block: JsonObject, path: string): MessageBlock {
  const toolUseId = requireString(block['tool_use_id'], `${path}.tool_use_id`);
  const isError =
    block['is_error'] === undefined ? false : requireBoolean(block['is_error'], `${path}.is_error`);
  const content = block['content'] ?? '';
  const text = typeof content === 'string' ? content : joinResult(content, `${path}.content`);
  if (isError && (content === '' || (Array.isArray(content) && content.length === 0)))
    refuse(path, 'content cannot be empty if `is_error` is true');
  return { type: 'tool_result', toolUseId, text, isError };
}

function joinResult(content: unknown, path: string): string {
  const texts: string[] = [];
  for (const [index, part] of requireArray(content, path).entries()) {
    const block = parseBlock(part, { role: 'user', path: `${path}.${index}` });
    if (block.type === 'tool_result') refuse(`${path}.${index}`, 'a result cannot hold a result');
    if (block.type === 'text') texts.push(block.text);
  }
  return texts.join('\n');
}

function parseOther(value: unknown, path: string): MessageBlock {
  if (value === undefined) refuse(path, 'Field required');
  return { type: 'other' };
}
