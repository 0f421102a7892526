import { z } from 'zod';
import { readHtml } from './read-html.ts';

export const MESSAGE_MAX_CHARS = 4096;
const CAPTION_MAX_CHARS = 1024;
const DATA_MAX_BYTES = 64;
/** White space and what shows as nothing: to Telegram a text of these alone is none. */
const UNSEEN = /[\s\p{Cf}]/gu;

const Keyboard = z.object({
  inline_keyboard: z.array(z.array(z.object({ text: z.string(), callback_data: z.string() }))),
});

/** What a call may carry, as far as it matters here; forms carry texts. */
export const Payload = z.object({
  chat_id: z.coerce.string().optional(),
  message_id: z.coerce.number().optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
  parse_mode: z.string().optional(),
  reply_markup: z.preprocess(parseText, Keyboard.optional()),
  reply_parameters: z.preprocess(parseText, z.object({ message_id: z.number() }).optional()),
  message_thread_id: z.coerce.number().optional(),
  callback_query_id: z.string().optional(),
  offset: z.number().optional(),
  limit: z.number().optional(),
  timeout: z.number().optional(),
  file_id: z.string().optional(),
  url: z.string().optional(),
  secret_token: z.string().optional(),
  commands: z.array(z.object({ command: z.string(), description: z.string() })).optional(),
});
export type Payload = z.infer<typeof Payload>;

function parseText(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : value;
}

/** A message of the bot as its chat shows it. */
export interface ShownMessage {
  readonly id: number;
  readonly chatId: string;
  text: string;
  entities: readonly { readonly type: string; readonly text: string }[];
  buttons: readonly (readonly { readonly text: string; readonly callback_data: string }[])[];
  readonly replyTo: number | undefined;
  readonly threadId: number | undefined;
  readonly file: { readonly name: string; readonly content: string } | undefined;
  edits: number;
}

/** An answer that is no success. */
export class Refusal extends Error {
  readonly status: number;
  readonly parameters: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    description: string,
    parameters: Readonly<Record<string, unknown>> = {},
  ) {
    super(description);
    this.status = status;
    this.parameters = parameters;
  }
}

type File = ShownMessage['file'];

/** The chats of a bot, with what it has sent. */
export interface Chats {
  readonly messages: readonly ShownMessage[];
  readonly blocked: Set<string>;
  /** Refuses whatever is to be done in the chat of somebody who has blocked the bot. */
  mindBlocked(payload: Payload): void;
  send(payload: Payload, file?: File): ShownMessage;
  edit(payload: Payload): ShownMessage;
  editButtons(payload: Payload): ShownMessage;
}

export function createChats(): Chats {
  const messages: ShownMessage[] = [];
  const blocked = new Set<string>();
  const mindBlocked = ({ chat_id: chatId = '' }: Payload): void => {
    if (blocked.has(chatId)) throw new Refusal(403, 'Forbidden: bot was blocked by the user');
  };
  const find = ({ chat_id: chatId, message_id: id }: Payload): ShownMessage => {
    mindBlocked({ chat_id: chatId });
    const found = messages.find((message) => message.chatId === chatId && message.id === id);
    if (found === undefined) throw new Refusal(400, 'Bad Request: message to edit not found');
    return found;
  };
  return {
    messages,
    blocked,
    mindBlocked,
    send(payload, file) {
      const chatId = payload.chat_id ?? '';
      mindBlocked(payload);
      const message = {
        id: 1000 + messages.length,
        chatId,
        ...readText(payload, file !== undefined),
        buttons: readButtons(payload),
        replyTo: payload.reply_parameters?.message_id,
        threadId: payload.message_thread_id,
        file,
        edits: 0,
      };
      messages.push(message);
      return message;
    },
    edit(payload) {
      const message = find(payload);
      const next = { ...readText(payload, false), buttons: readButtons(payload) };
      const { text, entities, buttons } = message;
      mindChange({ text, entities, buttons }, next);
      return Object.assign(message, next, { edits: message.edits + 1 });
    },
    editButtons(payload) {
      const message = find(payload);
      const buttons = readButtons(payload);
      mindChange(message.buttons, buttons);
      return Object.assign(message, { buttons });
    },
  };
}

function mindChange(before: unknown, after: unknown): void {
  if (JSON.stringify(before) === JSON.stringify(after))
    throw new Refusal(
      400,
      'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
}

function readText(
  { text, caption, parse_mode: mode }: Payload,
  isFile: boolean,
): Pick<ShownMessage, 'entities' | 'text'> {
  const given = (isFile ? caption : text) ?? '';
  const read = mode === 'HTML' ? readOrRefuse(given) : { text: given.trim(), entities: [] };
  if (read.text.replaceAll(UNSEEN, '') === '' && !isFile)
    throw new Refusal(400, 'Bad Request: message text is empty');
  if (isFile && read.text.length > CAPTION_MAX_CHARS)
    throw new Refusal(400, 'Bad Request: message caption is too long');
  if (read.text.length > MESSAGE_MAX_CHARS)
    throw new Refusal(400, 'Bad Request: message is too long');
  return read;
}

function readOrRefuse(html: string) {
  try {
    return readHtml(html);
  } catch (err) {
    throw toRefusal(err);
  }
}

function toRefusal(err: unknown): Refusal {
  return new Refusal(400, err instanceof Error ? err.message : '');
}

function readButtons({ reply_markup: markup }: Payload): ShownMessage['buttons'] {
  const rows = markup?.inline_keyboard ?? [];
  for (const { callback_data: data } of rows.flat())
    if (Buffer.byteLength(data) > DATA_MAX_BYTES || data === '')
      throw new Refusal(400, 'Bad Request: BUTTON_DATA_INVALID');
  return rows;
}
