import { CHARS_PER_TOKEN } from './count-tokens.ts';
import type { ReplyBlock, StopReason } from './reply.ts';

interface CappedReply {
  readonly blocks: readonly ReplyBlock[];
  readonly stopReason: StopReason;
}

/** Cuts a reply off after `maxTokens`, in the middle of a tool call if need be, as the API does. */
export function capReply(reply: CappedReply, maxTokens: number): CappedReply {
  let left = maxTokens * CHARS_PER_TOKEN;
  const blocks: ReplyBlock[] = [];
  for (const block of reply.blocks) {
    if (left <= 0) return { blocks, stopReason: 'max_tokens' };
    const deltas: string[] = [];
    for (const delta of block.deltas) {
      deltas.push(delta.slice(0, left));
      left -= delta.length;
      if (left < 0) return { blocks: [...blocks, { ...block, deltas }], stopReason: 'max_tokens' };
    }
    blocks.push({ ...block, deltas });
  }
  return { blocks, stopReason: reply.stopReason };
}
