import type { ChannelChat } from '@bakerst/contracts/channels';
import type { Clock, Logger } from '@bakerst/kit';
import { type Api, InputFile } from 'grammy';
import type { InlineKeyboardButton } from 'grammy/types';
import type { Button, Changed, Channel, Outgoing, OutgoingFile, Sent } from '../channel.ts';
import { toPlainText } from '../text/formatted-text.ts';
import { toPressData } from './press-data.ts';
import { toTelegramHtml } from './telegram-html.ts';
import { toFailure, toReason, toRetryAfterMs } from './telegram-outcome.ts';
import { createAtPlace, toPlace } from './telegram-place.ts';
import { createShowTyping } from './telegram-typing.ts';

/** Of the Bot API. */
export const MESSAGE_MAX_CHARS = 4096;

interface SendingDeps {
  readonly api: Api;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Logger;
}

type Look = { readonly text: string; readonly parse_mode?: 'HTML' };

export function createTelegramSending({
  api,
  clock,
  log,
}: SendingDeps): Pick<Channel, 'change' | 'changeButtons' | 'send' | 'sendFile' | 'showTyping'> {
  const atPlace = createAtPlace(log);
  /** With its looks, or, should the server not take them, as text alone: nothing is left unsaid for a tag. */
  async function inLooks<T>({ text }: Outgoing, call: (look: Look) => Promise<T>): Promise<T> {
    try {
      return await call({ text: toTelegramHtml(text), parse_mode: 'HTML' });
    } catch (err) {
      if (toFailure(err) !== 'format') throw err;
      log.warn({ reason: toReason(err) }, 'message goes as plain text');
      return await call({ text: toPlainText(text) });
    }
  }
  return {
    async send(chat, message) {
      try {
        const sent = await inLooks(message, ({ text, ...look }) =>
          atPlace(chat, (at) =>
            api.sendMessage(at.id, text, { ...look, ...toPlace(at), ...toRest(message, chat, at) }),
          ),
        );
        return { status: 'sent', messageId: String(sent.message_id) };
      } catch (err) {
        return toSent(err);
      }
    },
    async sendFile(chat, file) {
      try {
        const input = new InputFile(Buffer.from(file.content), file.name);
        const options = { caption: file.caption, ...toMarkup(file) };
        const sent = await atPlace(chat, (at) =>
          api.sendDocument(at.id, input, { ...options, ...toPlace(at) }),
        );
        return { status: 'sent', messageId: String(sent.message_id) };
      } catch (err) {
        return toSent(err);
      }
    },
    async change(chat, messageId, message) {
      try {
        await inLooks(message, ({ text, ...look }) =>
          atPlace(chat, ({ id }) =>
            api.editMessageText(id, Number(messageId), text, {
              ...look,
              ...toMarkup(message),
              link_preview_options: { is_disabled: true },
            }),
          ),
        );
        return { status: 'changed' };
      } catch (err) {
        return toChanged(err);
      }
    },
    async changeButtons(chat, messageId, buttons) {
      const markup = toMarkup({ buttons });
      await atPlace(chat, ({ id }) =>
        api.editMessageReplyMarkup(id, Number(messageId), markup),
      ).catch((err: unknown) => log.debug({ reason: toReason(err) }, 'buttons stay as they were'));
    },
    showTyping: createShowTyping({ api, clock, log }),
  };
}

function toSent(err: unknown): Sent {
  const why = toReason(err);
  switch (toFailure(err)) {
    case 'unknown':
      return { status: 'unknown', why };
    case 'refused':
    case 'format':
    case 'unchanged':
    case 'gone':
      return { status: 'refused', why };
    default:
      return { status: 'not_sent', why, retryAfterMs: toRetryAfterMs(err) };
  }
}

function toChanged(err: unknown): Changed {
  const failure = toFailure(err);
  if (failure === 'unchanged') return { status: 'changed' };
  const why = toReason(err);
  if (failure === 'gone') return { status: 'gone', why };
  if (failure === 'refused' || failure === 'format') return { status: 'refused', why };
  return { status: 'not_changed', why, retryAfterMs: toRetryAfterMs(err) };
}

function toRest(message: Outgoing, meant: ChannelChat, at: ChannelChat) {
  // An answer to a message of a topic would lead there, too.
  const replyTo = at.thread_id === meant.thread_id ? message.replyTo : undefined;
  return {
    link_preview_options: { is_disabled: true },
    ...toMarkup(message),
    ...(replyTo !== undefined && {
      reply_parameters: { message_id: Number(replyTo), allow_sending_without_reply: true },
    }),
  };
}

function toMarkup({ buttons }: Pick<Outgoing | OutgoingFile, 'buttons'>): {
  readonly reply_markup?: { inline_keyboard: InlineKeyboardButton[][] };
} {
  if (buttons === undefined || buttons.length === 0) return {};
  return { reply_markup: { inline_keyboard: buttons.map((row) => row.map(toKey)) } };
}

function toKey({ label, press }: Button): InlineKeyboardButton {
  return { text: label, callback_data: toPressData(press) };
}
