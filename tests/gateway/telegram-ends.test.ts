import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { createTelegramApi } from '../../services/gateway/src/telegram/telegram-api.ts';
import { isGrammySignal } from '../../services/gateway/src/telegram/telegram-signal.ts';
import { Refusal } from '../support/bot-api/chats.ts';
import { BOT_TOKEN } from '../support/bot-api/open-bot-api.ts';
import { GARY } from '../support/bot-api/speech.ts';
import { receiveAll, send, useBotApi } from './support/telegram-testing.ts';

const bot = useBotApi();
const { openChannel } = bot;

test('a group that has another id from now on is told there', async () => {
  const channel = openChannel();
  const old = { id: '-77', kind: 'group' } as const;
  bot.api.fail((_, { chat_id: id }) =>
    id === old.id
      ? new Refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
          migrate_to_chat_id: -100_77,
        })
      : undefined,
  );
  expect(await send(channel, 'hello', old)).toMatchObject({ status: 'sent' });
  expect(bot.api.in(-100_77).map(({ text }) => text)).toEqual(['hello']);
});

test('at the end nothing is waited for: no call, no wait, no turn', async () => {
  const ending = new AbortController();
  const channel = openChannel({ ending: ending.signal });
  let asked = 0;
  bot.api.fail((method) => {
    asked += 1;
    return method === 'editMessageReplyMarkup'
      ? new Refusal(429, 'Too Many Requests: retry after 300', { retry_after: 300 })
      : 'hang';
  });
  const other = { id: '77', kind: 'direct' } as const;
  const hanging = send(channel, 'hello');
  const waiting = channel.inTurn(other, () => channel.changeButtons(other, '1', []));
  await expect.poll(() => asked).toBe(2);
  ending.abort(new Error('the gateway has stopped'));
  expect(await hanging).toMatchObject({ status: 'unknown' });
  await waiting;
});

test('a press keeps the topic of its message', async () => {
  const all = receiveAll(openChannel());
  const chat = { id: -100_77, type: 'supergroup', title: 'Family' };
  const topic = { message_id: 1, date: 1, chat, is_topic_message: true, message_thread_id: 7 };
  bot.api.tell({
    callback_query: { id: 'press-1', from: { is_bot: false, ...GARY }, message: topic, data: 'x' },
  });
  await all.atLeast(1);
  await all.stop();
  expect(all.received[0]?.chat).toEqual({ id: '-10077', kind: 'group', thread_id: '7' });
});

test('a call leaves nothing behind at the signals that outlive it', async () => {
  const ending = new AbortController().signal;
  const stopping = new AbortController().signal;
  const client = createTelegramApi(
    { token: BOT_TOKEN, apiRoot: bot.api.url, timeoutMs: 5_000 },
    ending,
  );
  for (let i = 0; i < 20; i += 1) if (isGrammySignal(stopping)) await client.getMe(stopping);
  expect(bot.api.calls).toHaveLength(20);
  for (const signal of [ending, stopping])
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});
