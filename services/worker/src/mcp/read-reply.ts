import { isDeeperThan, McpLimits, type McpMedia } from '@bakerst/contracts';
import { toCarriableText } from '@bakerst/kit';
import { z } from 'zod';
import { McpFault } from './mcp-fault.ts';
import type { McpReply } from './ports.ts';

/** Deeper than what our own messages may be, less the envelope. */
export const ANSWER_MAX_DEPTH = 200;

/** As JSON; half as much again as the answer that came, for what takes more room in our own words. */
const REPLY_MAX_BYTES = McpLimits.answerBytes * 1.5;

const Resource = z.object({
  uri: z.string(),
  mimeType: z.string().optional(),
  text: z.string().optional(),
  blob: z.string().optional(),
});
type Resource = z.infer<typeof Resource>;

const Block = z.union([
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.enum(['image', 'audio']), data: z.string(), mimeType: z.string() }),
  z.object({ type: z.literal('resource'), resource: Resource }),
  z.object({ type: z.literal('resource_link'), uri: z.string(), name: z.string().optional() }),
  z.looseObject({ type: z.string() }).transform(() => ({ type: 'other' as const })),
]);
type Block = z.infer<typeof Block>;

const CallResult = z.object({
  content: z.array(Block).default([]),
  structuredContent: z.record(z.string(), z.json()).optional(),
  isError: z.boolean().default(false),
  _meta: z
    .object({ downstream_api_calls: z.int().nonnegative().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/**
 * A server's result of `tools/call` in our words. `redact` hides what the server was given in confidence: some tell
 * their environment. Throws McpFault for what is no result, too deep or too large.
 */
export function readReply(result: unknown, redact: (text: string) => string): McpReply {
  if (isDeeperThan(ANSWER_MAX_DEPTH, result))
    throw refuse('MCP_PROTOCOL_ERROR', `the answer is nested more than ${ANSWER_MAX_DEPTH} deep`);
  const parsed = CallResult.safeParse(hideSecrets(result, redact));
  if (!parsed.success)
    throw refuse('MCP_PROTOCOL_ERROR', 'the server answered with something that is no result');
  const { content, structuredContent, isError, _meta } = parsed.data;
  const texts = content.map(toText).filter((text) => text !== undefined);
  const media = content.map(toMedia).filter((each) => each !== undefined);
  const isBare = texts.length === 0 && media.length === 0 && structuredContent === undefined;
  const reply: McpReply = {
    status: 'ok',
    text: toCarriableText(isBare ? JSON.stringify(readContent(result)) : texts.join('\n\n')),
    ...(structuredContent !== undefined && { structured: structuredContent }),
    media,
    isError,
    ...(_meta?.downstream_api_calls !== undefined && { downstream: _meta.downstream_api_calls }),
  };
  if (Buffer.byteLength(JSON.stringify(reply)) > REPLY_MAX_BYTES)
    throw refuse('MCP_RESPONSE_TOO_LARGE', `the answer takes more than ${REPLY_MAX_BYTES} bytes`);
  return reply;
}

function refuse(code: 'MCP_PROTOCOL_ERROR' | 'MCP_RESPONSE_TOO_LARGE', message: string): McpFault {
  return new McpFault({ code, status: 'failed' }, message);
}

/** In all texts at once: as JSON a secret stands between quotes, whose form is hidden too. */
function hideSecrets(result: unknown, redact: (text: string) => string): unknown {
  const json = JSON.stringify(result) ?? 'null';
  const hidden = redact(json);
  return hidden === json ? result : JSON.parse(hidden);
}

/** What an answer without any text or media says after all. */
function readContent(result: unknown): unknown {
  return z.object({ content: z.unknown() }).safeParse(result).data?.content ?? [];
}

function toText(block: Block): string | undefined {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'resource':
      return block.resource.text;
    case 'resource_link':
      return block.name === undefined ? block.uri : `${block.name}: ${block.uri}`;
    case 'image':
    case 'audio':
    case 'other':
      return undefined;
    default:
      return block satisfies never;
  }
}

function toMedia(block: Block): McpMedia | undefined {
  if (block.type === 'image' || block.type === 'audio')
    return { mimeType: toMimeType(block.mimeType), data: block.data };
  return block.type === 'resource' ? fromResource(block.resource) : undefined;
}

function fromResource({ uri, mimeType, blob }: Resource): McpMedia | undefined {
  if (blob === undefined) return undefined;
  return {
    mimeType: toMimeType(mimeType),
    name: toCarriableText(uri).slice(0, 200).toWellFormed(),
    data: blob,
  };
}

function toMimeType(text: string | undefined): string {
  return text !== undefined && /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/.test(text)
    ? text
    : 'application/octet-stream';
}
