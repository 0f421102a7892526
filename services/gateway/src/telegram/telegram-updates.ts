import type { ChannelChat } from '@bakerst/contracts/channels';
import type { Chat, InaccessibleMessage, Message, Update } from 'grammy/types';
import type { Bot, ReceivedFile, ReceivedMessage, ReceivedPress } from '../channel.ts';
import { isLikelyCode } from '../messages/claim-link.ts';
import { readPressData } from './press-data.ts';
import {
  isMeant,
  joinLines,
  markForwarded,
  quoteReplied,
  readText,
  stripMention,
  toSender,
  toUnseen,
} from './telegram-text.ts';

/** What is asked for: edited messages, posts of channels and all else are never told of. */
export const ALLOWED_UPDATES = ['message', 'callback_query'] as const;

export interface UpdateParts {
  readonly bot: Bot;
  toFile(id: string, about: Pick<ReceivedFile, 'name' | 'size'>): ReceivedFile;
  answerPress(id: string, text: string): Promise<void>;
}

/** A message of an album is told of by itself; those with the same album belong together. */
export interface ReceivedPiece {
  readonly updateId: number;
  readonly album: string | undefined;
  /** Of an album in a group one piece names the assistant, if any does. */
  readonly isAddressed: boolean;
  readonly received: ReceivedMessage | ReceivedPress;
}

/**
 * Undefined for what nobody here is meant by: bots, channels, groups in which the assistant was not addressed. Whether an
 * album is meant shows in all of its pieces.
 */
export function readUpdate(update: Update, parts: UpdateParts): ReceivedPiece | undefined {
  const { message, callback_query: press } = update;
  const key = `telegram:${parts.bot.id}:${update.update_id}`;
  const piece = { updateId: update.update_id, album: message?.media_group_id, isAddressed: true };
  if (press?.message !== undefined && !press.from.is_bot)
    return {
      ...piece,
      received: {
        type: 'press',
        key,
        sender: toSender(press.from),
        chat: toChat(press.message.chat, topicOf(press.message)),
        messageId: String(press.message.message_id),
        press: press.data === undefined ? undefined : readPressData(press.data),
        answer: (text) => parts.answerPress(press.id, text),
      },
    };
  const received = message && readMessage(message, key, parts);
  if (message === undefined || received === undefined) return undefined;
  const isAddressed =
    received.chat.kind === 'direct' ||
    isMeant(message, parts.bot) ||
    // Whatever it names: what a group has read is to count no more.
    isLikelyCode(received.text);
  if (!isAddressed && piece.album === undefined) return undefined;
  return { ...piece, isAddressed, received };
}

function readMessage(
  message: Message,
  key: string,
  parts: UpdateParts,
): ReceivedMessage | undefined {
  const { from, chat } = message;
  if (from === undefined || from.is_bot || message.sender_chat !== undefined) return undefined;
  if (chat.type === 'channel' || isService(message)) return undefined;
  return {
    type: 'message',
    key,
    sender: toSender(from),
    chat: toChat(chat, topicOf(message)),
    messageId: String(message.message_id),
    text: joinLines(markForwarded(message, stripMention(message, parts.bot)), toUnseen(message)),
    repliesTo: quoteReplied(message, parts.bot),
    files: toFiles(message, parts),
    strange: toStrange(message),
  };
}

function topicOf(message: Message | InaccessibleMessage): number | undefined {
  if (!('is_topic_message' in message) || message.is_topic_message !== true) return undefined;
  return message.message_thread_id;
}

function toChat({ id, type }: Chat, threadId: number | undefined): ChannelChat {
  return {
    id: String(id),
    kind: type === 'private' ? 'direct' : 'group',
    ...(threadId !== undefined && { thread_id: String(threadId) }),
  };
}

function toFiles(message: Message, { toFile }: UpdateParts): readonly ReceivedFile[] {
  const largest = message.photo?.at(-1);
  const { document } = message;
  return [
    ...(largest === undefined
      ? []
      : [toFile(largest.file_id, { name: 'photo.jpg', size: largest.file_size })]),
    ...(document === undefined || message.animation !== undefined
      ? []
      : [
          toFile(document.file_id, {
            name: document.file_name ?? 'file',
            size: document.file_size,
          }),
        ]),
  ];
}

/** What cannot be read; with a caption there is something to be said all the same. */
function toStrange(message: Message): ReceivedMessage['strange'] {
  const isKnown =
    message.photo !== undefined ||
    (message.document !== undefined && message.animation === undefined);
  if (isKnown || readText(message) !== '') return undefined;
  const isHeard = HEARD.some((field) => message[field] !== undefined);
  return isHeard ? 'voice' : 'other';
}

const HEARD = ['voice', 'audio', 'video_note'] as const;

/** Somebody came, a title was changed, a message was pinned: nobody said anything. */
function isService(message: Message): boolean {
  const said = ['text', 'caption', 'photo', 'document', 'voice', 'audio', 'video', 'video_note'];
  const shown = ['sticker', 'animation', 'location', 'contact', 'poll', 'dice', 'story', 'venue'];
  const offered = ['checklist', 'paid_media', 'game', 'invoice'];
  return ![...said, ...shown, ...offered].some((field) => field in message);
}
