import type { Usage } from '@bakerst/contracts';
import type { JsonObject } from '../api/narrow.ts';
import { isRecord } from '../api/narrow.ts';
import { signThinking } from '../api/sign-thinking.ts';
import type { Reply, ReplyBlock, StopReason } from './reply.ts';

/** The `Message` of a non-streaming answer. */
export function toMessage(reply: Reply): JsonObject {
  return {
    ...messageHead(reply),
    content: reply.blocks.map(toContentBlock),
    ...toStop(reply.stopReason),
    usage: toUsage(reply.usage),
  };
}

/** The `Message` of `message_start`: no content, no reason to stop, and hardly a token so far. */
export function toEmptyMessage(reply: Reply): JsonObject {
  return {
    ...messageHead(reply),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    usage: toUsage({ ...reply.usage, output_tokens: 1 }),
  };
}

/** The fields that say why the reply ended; also the `delta` of `message_delta`. */
export function toStop(stopReason: StopReason): JsonObject {
  const isRefusal = stopReason === 'refusal';
  return {
    stop_reason: stopReason,
    stop_sequence: null,
    stop_details: isRefusal ? { type: 'refusal', category: null, explanation: null } : null,
    container: null,
  };
}

/** Input of a tool call from its JSON text; an empty one where the text was cut short. */
export function parseToolInput(json: string): JsonObject {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? value : {};
  } catch {
    // A script may cut the text on purpose: that is what max_tokens does to a tool call.
    return {};
  }
}

function messageHead({ id, model }: Reply): JsonObject {
  return { id, type: 'message', role: 'assistant', model, diagnostics: null };
}

function toContentBlock(block: ReplyBlock): JsonObject {
  const joined = block.deltas.join('');
  switch (block.type) {
    case 'text':
      return { type: 'text', text: joined, citations: null };
    case 'thinking':
      return { type: 'thinking', thinking: joined, signature: signThinking(joined) };
    case 'tool_use': {
      const { id, name } = block;
      const input = parseToolInput(joined);
      return { type: 'tool_use', id, name, input, caller: { type: 'direct' } };
    }
    default:
      return block satisfies never;
  }
}

function toUsage(usage: Usage): JsonObject {
  return {
    ...usage,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cache_creation_input_tokens,
      ephemeral_1h_input_tokens: 0,
    },
    inference_geo: null,
    output_tokens_details: null,
    server_tool_use: null,
    service_tier: 'standard',
    speed: null,
  };
}
