import { checkToolPairs } from './check-tool-pairs.ts';
import type { MessageBlock, RequestMessage, Role } from './messages-request.ts';
import { refuse, refuseExtra, requireArray, requireRecord, requireString } from './narrow.ts';
import { type BlockPlace, parseBlock } from './parse-block.ts';

const MAX_MESSAGES = 100_000;
const FIELDS = new Set(['role', 'content']);

/** The conversation; refused where the API refuses it. */
export function parseMessages(value: unknown): readonly RequestMessage[] {
  const list = requireArray(value, 'messages');
  if (list.length === 0) refuse('messages', 'at least one message is required');
  if (list.length > MAX_MESSAGES) refuse('messages', `at most ${MAX_MESSAGES} messages`);
  const messages = list.map((message, index) => parseMessage(message, `messages.${index}`));
  if (messages[0]?.role !== 'user') refuse('messages', 'first message must use the "user" role');
  checkToolPairs(messages);
  if (messages.at(-1)?.role === 'assistant')
    refuse(
      'messages',
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
  return messages;
}

function parseMessage(value: unknown, path: string): RequestMessage {
  const message = requireRecord(value, path);
  refuseExtra(message, FIELDS, path);
  const role = parseRole(message['role'], `${path}.role`);
  const blocks = parseContent(message['content'], { role, path });
  if (blocks.length === 0)
    refuse(
      path,
      'all messages must have non-empty content except for the optional final assistant message',
    );
  return { role, blocks };
}

/** NOTE: recent models also take `system` in the middle of a conversation; bakerst never sends it, so it is a mistake here. */
function parseRole(value: unknown, path: string): Role {
  const role = requireString(value, path);
  if (role === 'user' || role === 'assistant') return role;
  return refuse(path, `Unexpected role "${role}": Input should be 'user' or 'assistant'`);
}

function parseContent(content: unknown, { role, path }: BlockPlace): readonly MessageBlock[] {
  if (content === '') return [];
  if (typeof content === 'string')
    return [parseBlock({ type: 'text', text: content }, { role, path })];
  return requireArray(content, `${path}.content`).map((block, index) =>
    parseBlock(block, { role, path: `${path}.content.${index}` }),
  );
}
