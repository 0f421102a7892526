import type { Sender } from '@bakerst/contracts/channels';
import { limitOutput } from '@bakerst/kit';
import type { Chat, Message, MessageEntity, MessageOrigin, User } from 'grammy/types';
import type { Bot } from '../channel.ts';

const NAME_MAX_CHARS = 128;
const REPLIED_MAX_CHARS = 1_000;
/** What the assistant said itself is in its conversation already. */
const OWN_MAX_CHARS = 200;

/** grammY has the message that is replied to in a type that no message is of. */
type Answer = Omit<Message, 'reply_to_message'> & { readonly reply_to_message?: Message };

export function toSender({ id, first_name, last_name = '', username }: User): Sender {
  const name = `${first_name} ${last_name}`.trim().slice(0, NAME_MAX_CHARS).toWellFormed();
  return { id: String(id), name: name === '' ? String(id) : name, ...(username && { username }) };
}

export function readText({ text, caption }: Pick<Message, 'caption' | 'text'>): string {
  return text ?? caption ?? '';
}

function listMentions(message: Answer, { id, username }: Bot): readonly MessageEntity[] {
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

export function isMeant(message: Answer, bot: Bot): boolean {
  const answered = readReplied(message)?.from?.id;
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
  return origin === undefined ? text : `[Forwarded from ${nameOrigin(origin)}]\n${text}`.trim();
}

/** What a message is a reply to, as far as it can be read: whose words these are, and the words. */
export function quoteReplied(message: Answer, bot: Bot): string | undefined {
  const replied = readReplied(message);
  const origin = message.external_reply?.origin;
  const said = message.quote?.text ?? (replied && joinLines(readText(replied), toUnread(replied)));
  if (said === undefined || said.trim() === '') return undefined;
  const isOwn = String(replied?.from?.id) === bot.id;
  const maxChars = isOwn ? OWN_MAX_CHARS : REPLIED_MAX_CHARS;
  const name = origin === undefined ? nameAuthor(replied) : nameOrigin(origin);
  const quoted = limitOutput(said, { maxChars }).replaceAll(/^/gm, '> ');
  return `[In reply to ${isOwn ? 'you' : name}]\n${quoted}`;
}

/** In a topic of a group whatever replies to nothing is a reply to the beginning of the topic. */
function readReplied({ reply_to_message: replied }: Answer): Message | undefined {
  return replied?.forum_topic_created === undefined ? replied : undefined;
}

function nameAuthor(message: Message | undefined): string {
  const { from, sender_chat: chat } = message ?? {};
  if (chat !== undefined) return toName(titleOf(chat));
  return toName(from === undefined ? '' : toSender(from).name);
}

function nameOrigin(origin: MessageOrigin): string {
  const names = {
    user: () => origin.type === 'user' && toSender(origin.sender_user).name,
    hidden_user: () => origin.type === 'hidden_user' && origin.sender_user_name,
    chat: () => origin.type === 'chat' && titleOf(origin.sender_chat),
    channel: () => origin.type === 'channel' && titleOf(origin.chat),
  };
  return toName(names[origin.type]() || '');
}

/** In one line. */
function toName(name: string): string {
  const line = name.replaceAll(/\s+/g, ' ').trim().slice(0, NAME_MAX_CHARS);
  return line === '' ? 'somebody' : line.toWellFormed();
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

/** Of another message not even what could be read is there. */
function toUnread(message: Message): string {
  if (message.photo !== undefined) return '[a photo that you cannot see]';
  const isFile = message.document !== undefined && message.animation === undefined;
  return isFile ? '[a file that you cannot see]' : toUnseen(message);
}

export function joinLines(...lines: readonly string[]): string {
  return lines.filter((line) => line !== '').join('\n');
}
