import type { Chats } from './chats.ts';
import type { UpdateQueue } from './update-queue.ts';

export interface Person {
  readonly id: number;
  readonly first_name: string;
  readonly username?: string;
}

export const GARY: Person = { id: 4201, first_name: 'Gary', username: 'gary' };

type Fields = Readonly<Record<string, unknown>>;

/** What people do in the chats of the bot; each gives the id of its update. */
export interface Speech {
  /** Says something to the bot, or in the group that `more` names as `chat`. */
  say(text: string, more?: Fields & { readonly from?: Person }): number;
  /** Sends something that is no text. */
  send(fields: Fields & { readonly from?: Person }): number;
  /** Presses the button with this label, below the last message of the chat that has one. */
  press(label: string, by?: Person): number;
  /** Any other update. */
  tell(update: Fields): number;
  /** Makes a file that a message may name by its id. */
  putFile(id: string, content: Buffer): void;
  /** Id of the message that an update told of. */
  messageOf(updateId: number): number;
}

export function createSpeech(
  updates: UpdateQueue,
  chats: Chats,
): Speech & { readonly files: ReadonlyMap<string, Buffer> } {
  const files = new Map<string, Buffer>();
  const ids = new Map<number, number>();
  let presses = 0;
  const send: Speech['send'] = ({ from = GARY, ...fields }) => {
    const message_id = ids.size + 1;
    const message = {
      message_id,
      date: Math.floor(Date.now() / 1000),
      from: { is_bot: false, ...from },
      chat: { id: from.id, type: 'private', first_name: from.first_name },
      ...fields,
    };
    const id = updates.add({ message });
    ids.set(id, message_id);
    return id;
  };
  return {
    files,
    send,
    say: (text, more = {}) => send({ text, entities: toEntities(text), ...more }),
    press(label, by = GARY) {
      // Nobody sees what others are told directly.
      const shown = chats.messages.findLast(
        ({ buttons, chatId }) =>
          (chatId === String(by.id) || chatId.startsWith('-')) &&
          buttons.flat().some(({ text }) => text === label),
      );
      const data = shown?.buttons.flat().find(({ text }) => text === label)?.callback_data;
      if (shown === undefined || data === undefined) throw new Error(`no button "${label}"`);
      presses += 1;
      const chat = {
        id: Number(shown.chatId),
        type: shown.chatId.startsWith('-') ? 'group' : 'private',
      };
      return updates.add({
        callback_query: {
          id: `press-${presses}`,
          from: { is_bot: false, ...by },
          message: { message_id: shown.id, date: 1, chat },
          data,
        },
      });
    },
    tell: (update) => updates.add(update),
    putFile: (id, content) => void files.set(id, content),
    messageOf: (updateId) => ids.get(updateId) ?? 0,
  };
}

/** As Telegram finds them. */
function toEntities(text: string): readonly Fields[] {
  return [...text.matchAll(/(?:^|(?<=\s))(?:\/\w+(?:@\w+)?|@\w+)/g)].map(({ 0: word, index }) => ({
    type: word.startsWith('/') ? 'bot_command' : 'mention',
    offset: index,
    length: word.length,
  }));
}
