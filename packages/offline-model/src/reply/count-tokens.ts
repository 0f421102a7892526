import type { PromptSegment } from '../api/prompt-segments.ts';
import type { ReplyBlock } from './reply.ts';

export const CHARS_PER_TOKEN = 4;

/** An estimate; the real count differs from model to model. */
export function toTokens(chars: number): number {
  return Math.ceil(chars / CHARS_PER_TOKEN);
}

export function countPromptTokens(segments: readonly PromptSegment[]): number {
  return toTokens(segments.reduce((chars, segment) => chars + segment.text.length, 0));
}

/** Never 0: the API counts even an empty reply. */
export function countReplyTokens(blocks: readonly ReplyBlock[]): number {
  const deltas = blocks.flatMap((block) => block.deltas);
  return Math.max(1, toTokens(deltas.reduce((chars, delta) => chars + delta.length, 0)));
}
