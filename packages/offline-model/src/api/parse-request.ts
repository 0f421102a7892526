import { openHash } from '../open-hash.ts';
import { ApiError } from './api-error.ts';
import type { MessagesRequest, Prompt } from './messages-request.ts';
import {
  type JsonObject,
  refuse,
  refuseExtra,
  refuseUnlessIn,
  requireArray,
  requireBoolean,
  requireInteger,
  requireOneOf,
  requireRecord,
  requireString,
} from './narrow.ts';
import { requireText } from './parse-block.ts';
import { parseMessages } from './parse-messages.ts';
import { parseTools } from './parse-tools.ts';

const SAMPLING = ['temperature', 'top_p', 'top_k'] as const;
const THINKING = ['adaptive', 'enabled', 'disabled', 'between_tools'] as const;
const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'] as const;
const MIN_THINKING_TOKENS = 1024;

const PROMPT_FIELDS = [
  'cache_control',
  'messages',
  'model',
  'output_config',
  'speed',
  'system',
  'thinking',
  'tool_choice',
  'tools',
] as const;
const COUNT_FIELDS = new Set<string>(PROMPT_FIELDS);
const MESSAGE_FIELDS = new Set<string>([
  ...PROMPT_FIELDS,
  'container',
  'diagnostics',
  'inference_geo',
  'max_tokens',
  'metadata',
  'service_tier',
  'stop_sequences',
  'stream',
]);

/** Body of `POST /v1/messages`; throws ApiError 400 for what the API refuses. */
export function parseMessagesRequest(value: unknown): MessagesRequest {
  const prompt = parsePrompt(value, MESSAGE_FIELDS);
  const { body } = prompt;
  const maxTokens = requireInteger(body['max_tokens'], 'max_tokens');
  checkThinking(body['thinking'], maxTokens);
  checkDelivery(body);
  return { ...prompt, maxTokens, stream: body['stream'] === true, hash: hashQuestion(body) };
}

/** Body of `POST /v1/messages/count_tokens`. */
export function parseCountRequest(value: unknown): Prompt {
  return parsePrompt(value, COUNT_FIELDS);
}

function parsePrompt(value: unknown, fields: ReadonlySet<string>): Prompt {
  const body = requireRecord(value, 'body');
  const sampling = SAMPLING.find((name) => body[name] !== undefined);
  if (sampling !== undefined)
    throw new ApiError(400, `\`${sampling}\` is deprecated for this model.`);
  refuseExtra(body, fields, '');
  const model = requireString(body['model'], 'model');
  if (model === '') refuse('model', 'String should have at least 1 character');
  checkSystem(body['system']);
  checkOutputConfig(body['output_config']);
  const tools = parseTools(body['tools'], body['tool_choice']);
  return { model, messages: parseMessages(body['messages']), tools, body };
}

function checkSystem(system: unknown): void {
  if (system === undefined || typeof system === 'string') return;
  for (const [index, part] of requireArray(system, 'system').entries()) {
    const path = `system.${index}`;
    const block = requireRecord(part, path);
    if (block['type'] !== 'text') refuse(`${path}.type`, "Input should be 'text'");
    refuseExtra(block, new Set(['type', 'text', 'cache_control', 'citations']), path);
    requireText(block['text'], `${path}.text`);
  }
}

function checkOutputConfig(value: unknown): void {
  if (value === undefined) return;
  const config = requireRecord(value, 'output_config');
  refuseExtra(config, new Set(['effort', 'format']), 'output_config');
  refuseUnlessIn(config['effort'], EFFORTS, 'output_config.effort');
}

function checkThinking(value: unknown, maxTokens: number): void {
  if (value === undefined) return;
  const thinking = requireRecord(value, 'thinking');
  if (requireOneOf(thinking['type'], THINKING, 'thinking.type') !== 'enabled') return;
  const path = 'thinking.enabled.budget_tokens';
  const budget = requireInteger(thinking['budget_tokens'], path, { min: MIN_THINKING_TOKENS });
  if (budget >= maxTokens)
    throw new ApiError(400, '`max_tokens` must be greater than `thinking.budget_tokens`.');
}

function checkDelivery(body: JsonObject): void {
  if (body['stream'] !== undefined) requireBoolean(body['stream'], 'stream');
  refuseUnlessIn(body['service_tier'], ['auto', 'standard_only'], 'service_tier');
  refuseUnlessIn(body['speed'], ['standard', 'fast'], 'speed');
  if (body['metadata'] !== undefined) {
    const metadata = requireRecord(body['metadata'], 'metadata');
    refuseExtra(metadata, new Set(['user_id']), 'metadata');
  }
  if (body['stop_sequences'] === undefined) return;
  for (const [index, stop] of requireArray(body['stop_sequences'], 'stop_sequences').entries())
    if (requireString(stop, `stop_sequences.${index}`).trim() === '')
      refuse('stop_sequences', 'each stop sequence must contain non-whitespace');
}

function hashQuestion(body: JsonObject): string {
  const { stream: _delivery, ...question } = body;
  return openHash().update(JSON.stringify(question)).digest('hex');
}
