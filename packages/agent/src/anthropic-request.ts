import type { Anthropic } from '@anthropic-ai/sdk';
import { type AttachedFiles, toAttachmentParam } from './anthropic-attachment.ts';
import type { ModelMessage, ModelRequest, ReplyBlock, UserBlock } from './model.ts';

const CACHE_MARK = { type: 'ephemeral' } as const;

/**
 * The body of a streaming request. The same ModelRequest gives the same bytes, so that a run that is
 * continued by another process asks exactly what the first one would have asked.
 */
export function toRequestBody(
  request: ModelRequest,
  files: AttachedFiles = new Map(),
): Anthropic.MessageCreateParamsStreaming {
  return {
    model: request.model,
    max_tokens: request.maxTokens,
    stream: true,
    system: [
      { type: 'text', text: request.system.stable, cache_control: CACHE_MARK },
      ...(request.system.changing === ''
        ? []
        : [{ type: 'text' as const, text: request.system.changing }]),
    ],
    ...(request.tools.length > 0 && {
      tools: request.tools.map(({ name, description, inputSchema }) => ({
        name,
        description,
        input_schema: { type: 'object' as const, ...inputSchema },
      })),
    }),
    messages: request.messages.map((message, i) =>
      toMessageParam(message, { isLast: i === request.messages.length - 1, files }),
    ),
  };
}

/** The last block of the last message is marked: the next call of the run reads all before it from the cache. */
function toMessageParam(
  message: ModelMessage,
  { isLast, files }: { readonly isLast: boolean; readonly files: AttachedFiles },
): Anthropic.MessageParam {
  if (message.role === 'assistant')
    return { role: 'assistant', content: message.content.map(toReplyParam) };
  return {
    role: 'user',
    content: message.content.map((block, i) =>
      toUserParam(block, { isMarked: isLast && i === message.content.length - 1, files }),
    ),
  };
}

function toUserParam(
  block: UserBlock,
  { isMarked, files }: { readonly isMarked: boolean; readonly files: AttachedFiles },
): Anthropic.ContentBlockParam {
  const mark = isMarked ? { cache_control: CACHE_MARK } : {};
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text, ...mark };
    case 'tool_result':
      return {
        type: 'tool_result',
        tool_use_id: block.toolUseId,
        content: block.text,
        ...(block.isError && { is_error: true }),
        ...mark,
      };
    case 'attachment':
      return { ...toAttachmentParam(block, files), ...mark };
    default:
      return block satisfies never;
  }
}

function toReplyParam(block: ReplyBlock): Anthropic.ContentBlockParam {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text };
    case 'tool_use':
      return { type: 'tool_use', id: block.id, name: block.name, input: block.input };
    case 'thinking':
      return { type: 'thinking', thinking: block.thinking, signature: block.signature };
    case 'redacted_thinking':
      return { type: 'redacted_thinking', data: block.data };
    default:
      return block satisfies never;
  }
}
