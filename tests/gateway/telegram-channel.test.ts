import { expect, test } from 'vitest';
import { readMarkdown } from '../../services/gateway/src/text/read-markdown.ts';
import { Refusal } from '../support/bot-api/chats.ts';
import { openBotApi } from '../support/bot-api/open-bot-api.ts';
import { GARY } from '../support/bot-api/speech.ts';
import { CHAT, openTelegram, receiveAll, send, useBotApi } from './support/telegram-testing.ts';

const GROUP = { chat: { id: -100_77, type: 'supergroup', title: 'Family' } };

const bot = useBotApi();
const { openChannel } = bot;

test('a wrong token is told as such, the right one names the bot', async () => {
  expect(await openChannel().identify()).toEqual({ id: '7000000001', username: 'baker_bot' });
  await expect(openChannel({ token: '1:wrong' }).identify()).rejects.toMatchObject({
    code: 'AUTHENTICATION_ERROR',
  });
});

test('a message has its looks; where they are refused it goes as text, with its addresses', async () => {
  const channel = openChannel();
  expect(await send(channel, '**so** `a < b`')).toMatchObject({ status: 'sent' });
  expect(bot.api.messages[0]?.text).toBe('so a < b');
  expect(bot.api.messages[0]?.entities).toEqual([
    { type: 'bold', text: 'so' },
    { type: 'code', text: 'a < b' },
  ]);
  bot.api.fail((method, { parse_mode: mode }) =>
    method === 'sendMessage' && mode === 'HTML'
      ? new Refusal(400, "Bad Request: can't parse entities: Unsupported start tag")
      : undefined,
  );
  expect(await send(channel, 'see [here](https://x.example/)')).toMatchObject({ status: 'sent' });
  expect(bot.api.messages[1]?.text).toBe('see here (https://x.example/)');
});

test('what became of a message is told: refused, not sent, or unknown', async () => {
  const channel = openChannel({ timeoutMs: 60_000 });
  const hasty = openChannel({ timeoutMs: 1_000 });
  const faults = [
    [new Refusal(403, 'Forbidden: bot was blocked by the user'), 'refused'],
    [new Refusal(400, 'Bad Request: chat not found'), 'refused'],
    [new Refusal(502, 'Bad Gateway'), 'unknown'],
    ['die', 'unknown'],
    ['drop', 'unknown'],
    ['hang', 'unknown'],
  ] as const;
  bot.api.fail((_, { chat_id: id }) => faults[Number(id)]?.[0]);
  const chats = faults.map((_, id) => ({ id: String(id), kind: 'direct' }) as const);
  const sent = await Promise.all(
    chats.map((chat, id) => send(faults[id]?.[0] === 'hang' ? hasty : channel, 'hello', chat)),
  );
  expect(sent.map(({ status }) => status)).toEqual(faults.map(([, status]) => status));
  const gone = await openBotApi();
  await gone[Symbol.asyncDispose]();
  expect(await send(openTelegram(gone, {}), 'hello')).toMatchObject({ status: 'not_sent' });
});

test('when Telegram asks to wait what was to be said or changed is known as not done', async () => {
  const channel = openChannel();
  let refusals = 1;
  bot.api.fail((method) =>
    /^(send|edit)Message/.test(method) && refusals-- > 0
      ? new Refusal(429, 'Too Many Requests: retry after 900', { retry_after: 900 })
      : undefined,
  );
  const refused = { status: 'not_sent', retryAfterMs: 900_000 };
  expect(await send(channel, 'hello')).toMatchObject(refused);
  const sent = await send(channel, 'hello');
  expect(bot.api.messages).toHaveLength(1);
  refusals = 1;
  const messageId = sent.status === 'sent' ? sent.messageId : '';
  const chat = { id: String(GARY.id), kind: 'direct' } as const;
  const text = { text: readMarkdown('hello you') };
  const change = () => channel.inTurn(chat, () => channel.change(chat, messageId, text));
  expect(await change()).toMatchObject({ status: 'not_changed', retryAfterMs: 900_000 });
  expect(await change()).toEqual({ status: 'changed' });
});

test('messages keep to the pace of a chat by themselves, and to their order', async () => {
  const channel = openChannel();
  const other = { id: '77', kind: 'direct' } as const;
  await Promise.all([
    send(channel, 'one'),
    send(channel, 'two'),
    send(channel, 'other', other),
    send(channel, 'three'),
  ]);
  expect(bot.api.in(GARY.id).map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  expect(bot.api.calls.filter(({ status }) => status === 429)).toEqual([]);
});

test('changing a message to what it is changes nothing, and is a success', async () => {
  const channel = openChannel();
  const sent = await send(channel, 'hello');
  const id = sent.status === 'sent' ? sent.messageId : '';
  for (const text of ['hello', 'hello **you**'])
    expect(
      await channel.inTurn(CHAT, () => channel.change(CHAT, id, { text: readMarkdown(text) })),
    ).toEqual({ status: 'changed' });
  expect(bot.api.messages[0]).toMatchObject({ text: 'hello you', edits: 1 });
});

test('people are told from bots, channels and groups in which nobody meant the assistant', async () => {
  const channel = openChannel();
  const all = receiveAll(channel);
  bot.api.say('hello', { is_topic_message: true, message_thread_id: 7 });
  bot.api.send({ text: 'beep', from: { ...GARY, is_bot: true } as never });
  bot.api.tell({
    channel_post: { message_id: 1, chat: { id: -1, type: 'channel' }, text: 'news' },
  });
  bot.api.tell({
    edited_message: { message_id: 1, from: GARY, chat: { id: GARY.id }, text: 'hallo' },
  });
  bot.api.say('what is for dinner?', GROUP);
  bot.api.say('@baker_bot what is for dinner?', GROUP);
  bot.api.say('/help@baker_bot', GROUP);
  bot.api.say('/help@other_bot', GROUP);
  bot.api.say('and tomorrow?', { ...GROUP, reply_to_message: { from: { id: 7_000_000_001 } } });
  bot.api.send({ new_chat_members: [GARY], ...GROUP });
  bot.api.say('look', { forward_origin: { type: 'hidden_user', sender_user_name: 'Anna\nB' } });
  bot.api.send({ voice: { file_id: 'v' } });
  bot.api.send({ sticker: { file_id: 's' } });
  bot.api.say('last');
  await all.atLeast(8);
  await all.stop();
  const heard = (kind: string) =>
    all
      .messages()
      .filter(({ chat }) => chat.kind === kind)
      .map(({ text, strange }) => strange ?? text);
  expect(heard('direct')).toEqual([
    'hello',
    '[Forwarded from Anna B]\nlook',
    'voice',
    'other',
    'last',
  ]);
  expect(heard('group')).toEqual(['what is for dinner?', '/help', 'and tomorrow?']);
  expect(all.messages()[0]).toMatchObject({
    key: 'telegram:7000000001:5001',
    sender: { id: '4201', name: 'Gary', username: 'gary' },
    chat: { id: '4201', kind: 'direct', thread_id: '7' },
  });
});

test('an album is one message, and a file can be had', async () => {
  const channel = openChannel();
  const all = receiveAll(channel);
  bot.api.putFile('photo-1', Buffer.from('first'));
  const album = { media_group_id: 'album-1' };
  bot.api.send({
    ...album,
    caption: 'our loaves',
    photo: [{ file_id: 'small' }, { file_id: 'photo-1' }],
  });
  bot.api.send({ ...album, photo: [{ file_id: 'photo-2' }] });
  bot.api.say('and this');
  await all.atLeast(2);
  await all.stop();
  const [message, next] = all.messages();
  expect(message).toMatchObject({ key: 'telegram:7000000001:5001', text: 'our loaves' });
  expect(message?.files).toHaveLength(2);
  expect(
    Buffer.from((await message?.files[0]?.download(new AbortController().signal)) ?? []).toString(),
  ).toBe('first');
  expect(next?.text).toBe('and this');
  expect(bot.api.updates.confirmed()).toBe(5004);
});

test('an update is confirmed once it was taken; one chat holds up no other', async () => {
  const channel = openChannel();
  const slow = Promise.withResolvers<void>();
  const all = receiveAll(channel, async ({ sender }) => {
    if (sender.id === '1') await slow.promise;
  });
  const person = (id: number) => ({ from: { id, first_name: `user-${id}` } });
  bot.api.say('slow', person(1));
  bot.api.say('behind it', person(1));
  bot.api.say('quick', person(2));
  await all.atLeast(2);
  await bot.api.until(
    () => bot.api.calls.filter(({ method }) => method === 'getUpdates').length > 4,
  );
  expect(all.messages().map(({ text }) => text)).toEqual(['slow', 'quick']);
  expect(bot.api.updates.confirmed()).toBe(5001);
  slow.resolve();
  await all.atLeast(3);
  await expect.poll(() => bot.api.updates.confirmed()).toBe(5004);
  await all.stop();
});

test('another reader is borne with: updates come once it is gone', async () => {
  const channel = openChannel();
  let conflicts = 0;
  bot.api.fail((method) => {
    if (method !== 'getUpdates' || conflicts > 0) return undefined;
    conflicts += 1;
    return new Refusal(409, 'Conflict: terminated by other getUpdates request');
  });
  const all = receiveAll(channel);
  bot.api.say('hello');
  await all.atLeast(1);
  await all.stop();
  expect(conflicts).toBe(1);
});
