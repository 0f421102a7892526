import type { Usage } from '@bakerst/contracts';
import {
  type JsonObject,
  refuseExtra,
  requireArray,
  requireInteger,
  requireOneOf,
  requireRecord,
  requireString,
} from '../api/narrow.ts';
import type { Pace, StopReason, StreamFault } from '../reply/reply.ts';
import {
  byTurn,
  type Script,
  type ScriptBlock,
  type ScriptReply,
  type ScriptText,
} from './script.ts';

/** A script file: `{"by": "request" | "turn", "pace"?, "replies": [...]}`. */
export interface ScriptFile {
  readonly script: Script;
  readonly pace: Pace | undefined;
}

const STOP_REASONS = [
  'end_turn',
  'max_tokens',
  'stop_sequence',
  'tool_use',
  'pause_turn',
  'refusal',
  'model_context_window_exceeded',
] as const satisfies readonly StopReason[];
const USAGE_NAMES = [
  'input_tokens',
  'output_tokens',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
] as const satisfies readonly (keyof Usage)[];

const FILE_FIELDS = new Set(['by', 'pace', 'replies']);
const REPLY_FIELDS = {
  message: new Set(['kind', 'blocks', 'stopReason', 'usage', 'pace', 'fault']),
  refusal: new Set(['kind', 'status', 'type', 'message', 'headers', 'body']),
  hang: new Set(['kind']),
} as const;

/** Reads a script file; throws ApiError that names the place of what is wrong. */
export function parseScript(json: string): ScriptFile {
  const file = requireRecord(JSON.parse(json), 'script');
  refuseExtra(file, FILE_FIELDS, '');
  const replies = requireArray(file['replies'], 'replies').map((reply, index) =>
    parseReply(requireRecord(reply, `replies.${index}`), `replies.${index}`),
  );
  const by = requireOneOf(file['by'] ?? 'request', ['request', 'turn'], 'by');
  return {
    script: by === 'turn' ? byTurn(replies) : replies,
    pace: parsePace(file['pace'], 'pace'),
  };
}

function parseReply(reply: JsonObject, path: string): ScriptReply {
  const kind = requireOneOf(reply['kind'], ['message', 'refusal', 'hang'], `${path}.kind`);
  refuseExtra(reply, REPLY_FIELDS[kind], path);
  switch (kind) {
    case 'hang':
      return { kind };
    case 'refusal':
      return parseRefusal(reply, path);
    case 'message':
      return parseMessage(reply, path);
    default:
      return kind satisfies never;
  }
}

function parseRefusal(reply: JsonObject, path: string): ScriptReply {
  const { type, message, headers, body } = reply;
  return {
    kind: 'refusal',
    status: requireInteger(reply['status'], `${path}.status`),
    ...(type !== undefined && { type: requireString(type, `${path}.type`) }),
    ...(message !== undefined && { message: requireString(message, `${path}.message`) }),
    ...(body !== undefined && { body: requireString(body, `${path}.body`) }),
    ...(headers !== undefined && {
      headers: parseHeaders(requireRecord(headers, `${path}.headers`)),
    }),
  };
}

function parseHeaders(headers: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

function parseMessage(reply: JsonObject, path: string): ScriptReply {
  const { stopReason, usage, fault } = reply;
  const pace = parsePace(reply['pace'], `${path}.pace`);
  return {
    kind: 'message',
    blocks: requireArray(reply['blocks'], `${path}.blocks`).map((block, index) =>
      parseBlock(requireRecord(block, `${path}.blocks.${index}`), `${path}.blocks.${index}`),
    ),
    ...(stopReason !== undefined && {
      stopReason: requireOneOf(stopReason, STOP_REASONS, `${path}.stopReason`),
    }),
    ...(usage !== undefined && { usage: parseUsage(requireRecord(usage, `${path}.usage`), path) }),
    ...(fault !== undefined && { fault: parseFault(requireRecord(fault, `${path}.fault`), path) }),
    ...(pace !== undefined && { pace }),
  };
}

function parseBlock(block: JsonObject, path: string): ScriptBlock {
  const type = requireOneOf(block['type'], ['text', 'thinking', 'tool_use'], `${path}.type`);
  switch (type) {
    case 'text':
      return { type, text: parseText(block['text'], `${path}.text`) };
    case 'thinking':
      return { type, thinking: parseText(block['thinking'], `${path}.thinking`) };
    case 'tool_use': {
      const { input, id } = block;
      return {
        type,
        name: requireString(block['name'], `${path}.name`),
        input: typeof input === 'string' ? input : requireRecord(input, `${path}.input`),
        ...(id !== undefined && { id: requireString(id, `${path}.id`) }),
      };
    }
    default:
      return type satisfies never;
  }
}

function parseText(value: unknown, path: string): ScriptText {
  if (typeof value === 'string') return value;
  return requireArray(value, path).map((delta, index) => requireString(delta, `${path}.${index}`));
}

function parsePace(value: unknown, path: string): Pace | undefined {
  if (value === undefined) return undefined;
  const pace = requireRecord(value, path);
  return {
    firstByteMs: requireInteger(pace['firstByteMs'] ?? 0, `${path}.firstByteMs`),
    deltaMs: requireInteger(pace['deltaMs'] ?? 0, `${path}.deltaMs`),
  };
}

function parseUsage(usage: JsonObject, path: string): Partial<Usage> {
  const given = USAGE_NAMES.filter((name) => usage[name] !== undefined);
  return Object.fromEntries(
    given.map((name) => [name, requireInteger(usage[name], `${path}.usage.${name}`)]),
  );
}

function parseFault(fault: JsonObject, path: string): StreamFault {
  const kinds = ['hang', 'cut', 'malformed', 'error'] as const;
  const kind = requireOneOf(fault['kind'], kinds, `${path}.fault.kind`);
  const afterDeltas = requireInteger(fault['afterDeltas'], `${path}.fault.afterDeltas`);
  if (kind !== 'error') return { kind, afterDeltas };
  const type = requireString(fault['type'] ?? 'overloaded_error', `${path}.fault.type`);
  return {
    kind,
    afterDeltas,
    type,
    message: requireString(fault['message'] ?? 'Overloaded', path),
  };
}
