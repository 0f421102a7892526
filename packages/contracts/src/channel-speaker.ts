import { z } from 'zod';
import { boundedText } from './text.ts';

const ID_MAX_CHARS = 64;
const NAME_MAX_CHARS = 128;

/** Where people talk besides the page and the terminal. */
export const ChannelName = z.enum(['telegram']);
export type ChannelName = z.infer<typeof ChannelName>;

/** An id as the channel gives it. */
export function channelId(name: string) {
  return boundedText({ name, maxChars: ID_MAX_CHARS }).refine((id) => id !== '', {
    error: `${name} is empty`,
  });
}

/** Somebody as the channel knows them. */
export const Sender = z.strictObject({
  id: channelId('sender.id'),
  name: boundedText({ name: 'sender.name', maxChars: NAME_MAX_CHARS }),
  /** Without the @. */
  username: boundedText({ name: 'sender.username', maxChars: NAME_MAX_CHARS }).optional(),
});
export type Sender = z.infer<typeof Sender>;

/** Where something was said, and where the answer goes. */
export const ChannelChat = z.strictObject({
  id: channelId('chat.id'),
  kind: z.enum(['direct', 'group']),
  /** A topic of a group. */
  thread_id: channelId('chat.thread_id').optional(),
});
export type ChannelChat = z.infer<typeof ChannelChat>;

/** Who says something, and where: part of whatever a gateway tells of people. */
export const speaking = { sender: Sender, chat: ChannelChat } as const;

/** Where an action's result is told, besides its place in the API. Without a chat: the user's own with the assistant. */
export const DeliverTo = z
  .strictObject({
    channel: ChannelName,
    chat_id: channelId('chat_id').optional(),
    /** A topic of the chat; without it the one where the user has spoken last. */
    thread_id: channelId('thread_id').optional(),
  })
  .meta({ id: 'DeliverTo' });
export type DeliverTo = z.infer<typeof DeliverTo>;
