import type { JsonObject } from '../api/narrow.ts';
import { signThinking } from '../api/sign-thinking.ts';
import type { Reply, ReplyBlock } from './reply.ts';
import { toEmptyMessage, toStop } from './to-message.ts';

/** The stream of a reply as text, cut where a pace or a fault may come between. */
export interface EncodedStream {
  /** `message_start`. */
  readonly head: string;
  /** One delta each, with the events that open and close its block. */
  readonly deltas: readonly string[];
  /** `message_delta` and `message_stop`. */
  readonly tail: string;
}

export function encodeStream(reply: Reply): EncodedStream {
  const deltas: string[] = [];
  let opening = '';
  for (const [index, block] of reply.blocks.entries()) {
    opening += toBlockStart(block, index) + (index === 0 ? PING : '');
    const last = block.deltas.length - 1;
    for (const [place, delta] of block.deltas.entries()) {
      const closing = place === last ? toBlockStop(block, index) : '';
      deltas.push(opening + toDelta(block, index, delta) + closing);
      opening = '';
    }
    if (last === -1) opening += toBlockStop(block, index);
  }
  return {
    head: encodeEvent({ type: 'message_start', message: toEmptyMessage(reply) }),
    deltas,
    tail: opening + toTail(reply),
  };
}

/** One server-sent event in Anthropic's form: named, with its type in the data too. */
export function encodeEvent(event: JsonObject & { readonly type: string }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

const PING = encodeEvent({ type: 'ping' });

function toBlockStart(block: ReplyBlock, index: number): string {
  const start = encodeEvent({
    type: 'content_block_start',
    index,
    content_block: toEmptyBlock(block),
  });
  return block.type === 'tool_use' ? start + toDelta(block, index, '') : start;
}

function toEmptyBlock(block: ReplyBlock): JsonObject {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: '', citations: null };
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'tool_use': {
      const { id, name } = block;
      return { type: 'tool_use', id, name, input: {}, caller: { type: 'direct' } };
    }
    default:
      return block satisfies never;
  }
}

function toDelta({ type }: ReplyBlock, index: number, piece: string): string {
  const deltas = {
    text: { type: 'text_delta', text: piece },
    thinking: { type: 'thinking_delta', thinking: piece },
    tool_use: { type: 'input_json_delta', partial_json: piece },
  } as const;
  return encodeEvent({ type: 'content_block_delta', index, delta: deltas[type] });
}

function toBlockStop(block: ReplyBlock, index: number): string {
  const stop = encodeEvent({ type: 'content_block_stop', index });
  if (block.type !== 'thinking') return stop;
  const delta = { type: 'signature_delta', signature: signThinking(block.deltas.join('')) };
  return encodeEvent({ type: 'content_block_delta', index, delta }) + stop;
}

function toTail({ stopReason, usage }: Reply): string {
  const counts = { ...usage, server_tool_use: null, output_tokens_details: null };
  return (
    encodeEvent({ type: 'message_delta', delta: toStop(stopReason), usage: counts }) +
    encodeEvent({ type: 'message_stop' })
  );
}
