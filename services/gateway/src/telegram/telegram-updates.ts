import type { ChannelChat, Sender } from '@bakerst/contracts/channels';
import type { Chat, InaccessibleMessage, Message, MessageEntity, Update, User } from 'grammy/types';
import type { Bot, ReceivedFile, ReceivedMessage, ReceivedPress } from '../channel.ts';
import { readPressData } from './press-data.ts';

/** What is asked for: edited messages, posts of channels and all else are never told of. */
export const ALLOWED_UPDATES = ['message', 'callback_query'] as const;

const NAME_MAX_CHARS = 128;

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
  const isAddressed = received.chat.kind === 'direct' || isMeant(message, parts.bot);
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
    files: toFiles(message, parts),
    strange: toStrange(message),
  };
}

function topicOf(message: Message | InaccessibleMessage): number | undefined {
  if (!('is_topic_message' in message) || message.is_topic_message !== true) return undefined;
  return message.message_thread_id;
}

function toSender({ id, first_name, last_name = '', username }: User): Sender {
  const name = `${first_name} ${last_name}`.trim().slice(0, NAME_MAX_CHARS).toWellFormed();
  return { id: String(id), name: name === '' ? String(id) : name, ...(username && { username }) };
}

function toChat({ id, type }: Chat, threadId: number | undefined): ChannelChat {
  return {
    id: String(id),
    kind: type === 'private' ? 'direct' : 'group',
    ...(threadId !== undefined && { thread_id: String(threadId) }),
  };
}

function readText({ text, caption }: Message): string {
  return text ?? caption ?? '';
}

function listMentions(message: Message, { id, username }: Bot): readonly MessageEntity[] {
  const text = readText(message);
  const isBot = (entity: MessageEntity): boolean => {
    const word = text.slice(entity.offset, entity.offset + entity.length).toLowerCase();
    const name = `@${username.toLowerCase()}`;
    if (entity.type === 'mention') return word === name;
    if (entity.type === 'bot_command') return word.endsWith(name);
    return entity.type === 'text_mention' && String(entity.user.id) === id;
  };
  return (message.entities ?? message.caption_entities ?? []).filter(isBot);
}

function isMeant(message: Message, bot: Bot): boolean {
  const answered = message.reply_to_message?.from?.id;
  return String(answered) === bot.id || listMentions(message, bot).length > 0;
}

/** Without the names of the bot; of a command only what stands behind its @ goes. */
function stripMention(message: Message, bot: Bot): string {
  let text = readText(message);
  for (const entity of listMentions(message, bot).toReversed()) {
    const word = text.slice(entity.offset, entity.offset + entity.length);
    const kept = entity.type === 'bot_command' ? word.slice(0, word.lastIndexOf('@')) : '';
    text = text.slice(0, entity.offset) + kept + text.slice(entity.offset + entity.length);
  }
  return text.trim();
}

/** What others have said is told apart from what the sender says. */
function markForwarded({ forward_origin: origin }: Message, text: string): string {
  if (origin === undefined) return text;
  const names = {
    user: () => origin.type === 'user' && toSender(origin.sender_user).name,
    hidden_user: () => origin.type === 'hidden_user' && origin.sender_user_name,
    chat: () => origin.type === 'chat' && titleOf(origin.sender_chat),
    channel: () => origin.type === 'channel' && titleOf(origin.chat),
  };
  const name = names[origin.type]() || 'somebody';
  return `[Forwarded from ${name.replaceAll(/\s+/g, ' ').slice(0, NAME_MAX_CHARS)}]\n${text}`.trim();
}

function titleOf(chat: Chat): string {
  return chat.title ?? chat.username ?? '';
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

const UNSEEN = {
  voice: '[a voice message that you cannot hear]',
  audio: '[a sound file that you cannot hear]',
  video_note: '[a video message that you cannot see]',
  video: '[a video that you cannot see]',
  animation: '[an animation that you cannot see]',
  sticker: '[a sticker that you cannot see]',
} as const;
const UNSEEN_FIELDS = ['voice', 'audio', 'video_note', 'video', 'animation', 'sticker'] as const;

/** The line that stands for what cannot be read. */
function toUnseen(message: Message): string {
  const found = UNSEEN_FIELDS.find((field) => message[field] !== undefined);
  return found === undefined ? '' : UNSEEN[found];
}

function joinLines(...lines: readonly string[]): string {
  return lines.filter((line) => line !== '').join('\n');
}

/** Somebody came, a title was changed, a message was pinned: nobody said anything. */
function isService(message: Message): boolean {
  const said = ['text', 'caption', 'photo', 'document', 'voice', 'audio', 'video', 'video_note'];
  const shown = ['sticker', 'animation', 'location', 'contact', 'poll', 'dice', 'story', 'venue'];
  return ![...said, ...shown].some((field) => field in message);
}
