import type { Anthropic } from '@anthropic-ai/sdk';
import { isDeeperThan, NO_USAGE, type Usage } from '@bakerst/contracts';
import { z } from 'zod';
import { type ModelReply, type ReplyBlock, StopReason } from './model.ts';

/** A block while its pieces arrive; text pieces are joined once, at its end. */
interface OpenBlock {
  readonly start: Anthropic.RawContentBlockStartEvent['content_block'];
  readonly pieces: string[];
  signature: string;
}

/** Collects the events of one streamed reply. */
export interface ReplyCollector {
  /** Takes an event; returns the text that it adds for the reader, '' for none. */
  add(event: Anthropic.RawMessageStreamEvent): string;
  /** The whole reply, or undefined while its end has not come. */
  finish(): ModelReply | undefined;
}

export function createReplyCollector(): ReplyCollector {
  const blocks: OpenBlock[] = [];
  let usage: Usage = NO_USAGE;
  let stopReason: string | null = null;
  let ended = false;
  return {
    add(event) {
      switch (event.type) {
        case 'message_start':
          usage = toUsage(event.message.usage, usage);
          return '';
        case 'content_block_start':
          blocks[event.index] = {
            start: event.content_block,
            pieces: [],
            signature: '',
          };
          return event.content_block.type === 'text' ? event.content_block.text : '';
        case 'content_block_delta':
          return addDelta(blocks[event.index], event.delta);
        case 'content_block_stop':
          return '';
        case 'message_delta':
          usage = toUsage(event.usage, usage);
          stopReason = event.delta.stop_reason;
          return '';
        case 'message_stop':
          ended = true;
          return '';
        default:
          event satisfies never;
          return '';
      }
    },
    finish: () =>
      ended
        ? { content: toContent(blocks), stopReason: toStopReason(stopReason), usage }
        : undefined,
  };
}

function addDelta(block: OpenBlock | undefined, delta: Anthropic.RawContentBlockDelta): string {
  if (block === undefined) return '';
  switch (delta.type) {
    case 'text_delta':
      block.pieces.push(delta.text);
      return delta.text;
    case 'input_json_delta':
      block.pieces.push(delta.partial_json);
      return '';
    case 'thinking_delta':
      block.pieces.push(delta.thinking);
      return '';
    case 'signature_delta':
      block.signature += delta.signature;
      return '';
    case 'citations_delta':
      return '';
    default:
      delta satisfies never;
      return '';
  }
}

/** Servers that speak this API without being Claude leave out what they do not count. */
function toUsage(
  usage: Partial<Record<keyof Usage, number | null>> | null | undefined,
  before: Usage,
): Usage {
  return {
    input_tokens: usage?.input_tokens ?? before.input_tokens,
    output_tokens: usage?.output_tokens ?? before.output_tokens,
    cache_creation_input_tokens:
      usage?.cache_creation_input_tokens ?? before.cache_creation_input_tokens,
    cache_read_input_tokens: usage?.cache_read_input_tokens ?? before.cache_read_input_tokens,
  };
}

function toStopReason(reason: string | null): StopReason {
  return StopReason.catch('end_turn').parse(reason);
}

function toContent(blocks: readonly OpenBlock[]): ReplyBlock[] {
  return blocks.map(toReplyBlock).filter((block) => block !== undefined);
}

function toReplyBlock(block: OpenBlock): ReplyBlock | undefined {
  const { start } = block;
  const joined = block.pieces.join('');
  switch (start.type) {
    case 'text': {
      const text = start.text + joined;
      // The API refuses empty text blocks when they are sent back.
      return text === '' ? undefined : { type: 'text', text };
    }
    case 'tool_use':
      return toToolUse(start, joined);
    case 'thinking':
      return {
        type: 'thinking',
        thinking: start.thinking + joined,
        signature: start.signature + block.signature,
      };
    case 'redacted_thinking':
      return { type: 'redacted_thinking', data: start.data };
    default:
      // Blocks of the model's own server-side tools: none is offered, so none is asked for.
      return undefined;
  }
}

/** Levels of lists and objects in each other that a tool's input may have: as many as a request's body. */
const INPUT_LEVELS = 100;

function toToolUse({ id, name, input }: Anthropic.ToolUseBlock, json: string): ReplyBlock {
  const given = json === '' ? input : parseJson(json);
  const parsed = isDeeperThan(INPUT_LEVELS, given) ? undefined : z.json().safeParse(given);
  return parsed?.success === true
    ? { type: 'tool_use', id, name, input: parsed.data }
    : { type: 'tool_use', id, name, input: {}, isMalformed: true };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
