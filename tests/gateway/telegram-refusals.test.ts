import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Changed, Channel } from '../../services/gateway/src/channel.ts';
import { readMarkdown } from '../../services/gateway/src/text/read-markdown.ts';
import { Refusal } from '../support/bot-api/chats.ts';
import { type BotApi, openBotApi } from '../support/bot-api/open-bot-api.ts';
import { GARY } from '../support/bot-api/speech.ts';
import { CHAT, openTelegram, receiveAll, send } from './support/telegram-testing.ts';

let api: BotApi;
beforeEach(async () => {
  api = await openBotApi();
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});

const change = (channel: Channel, id: string, markdown: string): Promise<Changed> =>
  channel.inTurn(CHAT, () => channel.change(CHAT, id, { text: readMarkdown(markdown) }));

test.each([
  'ENTITIES_TOO_LONG',
  'ENTITY_MENTION_USER_INVALID',
  "can't parse entities",
  'what nobody has met yet',
])('looks that are refused for %s leave the text, new or changed', async (why) => {
  const channel = openTelegram(api, {});
  api.fail((_, { parse_mode: mode }) =>
    mode === 'HTML' ? new Refusal(400, `Bad Request: ${why}`) : undefined,
  );
  const sent = await send(channel, '**so**');
  const id = sent.status === 'sent' ? sent.messageId : '';
  expect(await change(channel, id, '**or so**')).toEqual({ status: 'changed' });
  expect(api.messages[0]?.text).toBe('or so');
});

test.each(['chat not found', 'not enough rights to send text messages', 'CHAT_WRITE_FORBIDDEN'])(
  'where nothing may be said (%s) it is not said in other words',
  async (why) => {
    api.fail((method) =>
      method === 'sendMessage' ? new Refusal(400, `Bad Request: ${why}`) : undefined,
    );
    expect(await send(openTelegram(api, {}), '**so**')).toMatchObject({ status: 'refused' });
    expect(api.calls).toHaveLength(1);
  },
);

test.each(['message thread not found', 'TOPIC_CLOSED', 'TOPIC_DELETED'])(
  'what belongs to a topic that is no more (%s) goes to its chat',
  async (why) => {
    api.fail((_, { message_thread_id: id }) =>
      id === undefined ? undefined : new Refusal(400, `Bad Request: ${why}`),
    );
    const channel = openTelegram(api, {});
    const topic = { ...CHAT, thread_id: '7' };
    const text = { text: readMarkdown('**hello**'), replyTo: '5' };
    const file = { name: 'a.md', mediaType: 'text/markdown', content: 'all', caption: 'All of it' };
    const sent = await channel.inTurn(topic, () => channel.send(topic, text));
    expect(sent).toMatchObject({ status: 'sent' });
    const given = await channel.inTurn(topic, () => channel.sendFile(topic, file));
    expect(given).toMatchObject({ status: 'sent' });
    expect(api.in(CHAT.id).map((message) => [message.text, message.replyTo])).toEqual([
      ['hello', undefined],
      ['All of it', undefined],
    ]);
    expect(api.messages[0]?.entities).toHaveLength(1);
  },
);

test('typing is shown once at a time, and no more while Telegram asks to wait', async () => {
  const channel = openTelegram(api, {});
  api.fail(() => new Refusal(429, 'Too Many Requests: retry after 1', { retry_after: 1 }));
  await Promise.all([channel.showTyping(CHAT), channel.showTyping(CHAT)]);
  await channel.showTyping(CHAT);
  expect(api.calls).toHaveLength(1);
  api.fail(() => undefined);
  const show = async () => {
    await channel.showTyping(CHAT);
    return api.calls.length;
  };
  await expect.poll(show, { timeout: 30_000 }).toBe(2);
  await channel.showTyping(CHAT);
  expect(api.calls).toHaveLength(3);
});

test('a press is answered in its moment or not at all', async () => {
  api.fail((method) =>
    method === 'answerCallbackQuery'
      ? new Refusal(429, 'Too Many Requests: retry after 1', { retry_after: 1 })
      : undefined,
  );
  const all = receiveAll(openTelegram(api, {}));
  const message = { message_id: 1, date: 1, chat: { id: GARY.id, type: 'private' } };
  api.tell({ callback_query: { id: 'press-1', from: GARY, message, data: 'x' } });
  await all.atLeast(1);
  const [press] = all.received;
  if (press?.type === 'press') await press.answer('Stopped.');
  await all.stop();
  expect(api.calls.filter(({ method }) => method === 'answerCallbackQuery')).toHaveLength(1);
});
