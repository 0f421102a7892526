import type { Sender } from '@bakerst/contracts/channels';
import type { Chat, Message, MessageEntity, User } from 'grammy/types';
import type { Bot } from '../channel.ts';

const NAME_MAX_CHARS = 128;

export function toSender({ id, first_name, last_name = '', username }: User): Sender {
  const name = `${first_name} ${last_name}`.trim().slice(0, NAME_MAX_CHARS).toWellFormed();
  return { id: String(id), name: name === '' ? String(id) : name, ...(username && { username }) };
}

export function readText({ text, caption }: Message): string {
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

export function isMeant(message: Message, bot: Bot): boolean {
  const answered = message.reply_to_message?.from?.id;
  return String(answered) === bot.id || listMentions(message, bot).length > 0;
}

/** Without the names of the bot; of a command only what stands behind its @ goes. */
export function stripMention(message: Message, bot: Bot): string {
  let text = readText(message);
  for (const entity of listMentions(message, bot).toReversed()) {
    const word = text.slice(entity.offset, entity.offset + entity.length);
    const kept = entity.type === 'bot_command' ? word.slice(0, word.lastIndexOf('@')) : '';
    text = text.slice(0, entity.offset) + kept + text.slice(entity.offset + entity.length);
  }
  return text.trim();
}

/** What others have said is told apart from what the sender says. */
export function markForwarded({ forward_origin: origin }: Message, text: string): string {
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
export function toUnseen(message: Message): string {
  const found = UNSEEN_FIELDS.find((field) => message[field] !== undefined);
  return found === undefined ? '' : UNSEEN[found];
}

export function joinLines(...lines: readonly string[]): string {
  return lines.filter((line) => line !== '').join('\n');
}
