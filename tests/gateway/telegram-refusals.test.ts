import { expect, test } from 'vitest';
import type { Changed, Channel } from '../../services/gateway/src/channel.ts';
import { readMarkdown } from '../../services/gateway/src/text/read-markdown.ts';
import { Refusal } from '../support/bot-api/chats.ts';
import { GARY } from '../support/bot-api/speech.ts';
import { CHAT, receiveAll, send, useBotApi } from './support/telegram-testing.ts';

const bot = useBotApi();
const { openChannel } = bot;

const change = (channel: Channel, id: string, markdown: string): Promise<Changed> =>
  channel.inTurn(CHAT, () => channel.change(CHAT, id, { text: readMarkdown(markdown) }));

test.each([
  'ENTITIES_TOO_LONG',
  'ENTITY_MENTION_USER_INVALID',
  "can't parse entities",
  'what nobody has met yet',
])('looks that are refused for %s leave the text, new or changed', async (why) => {
  const channel = openChannel();
  bot.api.fail((_, { parse_mode: mode }) =>
    mode === 'HTML' ? new Refusal(400, `Bad Request: ${why}`) : undefined,
  );
  const sent = await send(channel, '**so**');
  const id = sent.status === 'sent' ? sent.messageId : '';
  expect(await change(channel, id, '**or so**')).toEqual({ status: 'changed' });
  expect(bot.api.messages[0]?.text).toBe('or so');
});

test.each(['chat not found', 'not enough rights to send text messages', 'CHAT_WRITE_FORBIDDEN'])(
  'where nothing may be said (%s) it is not said in other words',
  async (why) => {
    bot.api.fail((method) =>
      method === 'sendMessage' ? new Refusal(400, `Bad Request: ${why}`) : undefined,
    );
    expect(await send(openChannel(), '**so**')).toMatchObject({ status: 'refused' });
    expect(bot.api.calls).toHaveLength(1);
  },
);

test.each(['message thread not found', 'TOPIC_CLOSED', 'TOPIC_DELETED'])(
  'what belongs to a topic that is no more (%s) goes to its chat',
  async (why) => {
    bot.api.fail((_, { message_thread_id: id }) =>
      id === undefined ? undefined : new Refusal(400, `Bad Request: ${why}`),
    );
    const channel = openChannel();
    const topic = { ...CHAT, thread_id: '7' };
    const text = { text: readMarkdown('**hello**'), replyTo: '5' };
    const file = { name: 'a.md', mediaType: 'text/markdown', content: 'all', caption: 'All of it' };
    const sent = await channel.inTurn(topic, () => channel.send(topic, text));
    expect(sent).toMatchObject({ status: 'sent' });
    const given = await channel.inTurn(topic, () => channel.sendFile(topic, file));
    expect(given).toMatchObject({ status: 'sent' });
    expect(bot.api.in(CHAT.id).map((message) => [message.text, message.replyTo])).toEqual([
      ['hello', undefined],
      ['All of it', undefined],
    ]);
    expect(bot.api.messages[0]?.entities).toHaveLength(1);
  },
);

test('typing is shown once at a time, and no more while Telegram asks to wait', async () => {
  const channel = openChannel();
  bot.api.fail(() => new Refusal(429, 'Too Many Requests: retry after 1', { retry_after: 1 }));
  await Promise.all([channel.showTyping(CHAT), channel.showTyping(CHAT)]);
  await channel.showTyping(CHAT);
  expect(bot.api.calls).toHaveLength(1);
  bot.api.fail(() => undefined);
  const show = async () => {
    await channel.showTyping(CHAT);
    return bot.api.calls.length;
  };
  await expect.poll(show).toBe(2);
  await channel.showTyping(CHAT);
  expect(bot.api.calls).toHaveLength(3);
});

test('a press is answered in its moment or not at all', async () => {
  bot.api.fail((method) =>
    method === 'answerCallbackQuery'
      ? new Refusal(429, 'Too Many Requests: retry after 1', { retry_after: 1 })
      : undefined,
  );
  const all = receiveAll(openChannel());
  const message = { message_id: 1, date: 1, chat: { id: GARY.id, type: 'private' } };
  bot.api.tell({ callback_query: { id: 'press-1', from: GARY, message, data: 'x' } });
  await all.atLeast(1);
  const [press] = all.received;
  if (press?.type === 'press') await press.answer('Stopped.');
  await all.stop();
  expect(bot.api.calls.filter(({ method }) => method === 'answerCallbackQuery')).toHaveLength(1);
});
