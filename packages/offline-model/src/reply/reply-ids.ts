import { openHash } from '../open-hash.ts';

const ID_CHARS = 24;

/** The id of the reply to the request with this hash: the same question always gets the same one. */
export function toMessageId(requestHash: string): string {
  return `msg_${requestHash.slice(0, ID_CHARS)}`;
}

/** The id of the tool call at this place of the reply. */
export function toToolUseId(requestHash: string, place: number): string {
  const digest = openHash().update(`${requestHash} ${place}`).digest('hex');
  return `toolu_${digest.slice(0, ID_CHARS)}`;
}
