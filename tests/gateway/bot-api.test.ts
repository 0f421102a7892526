import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { findFreePort } from '../../scripts/local/local-port.ts';
import { createTelegramApi } from '../../services/gateway/src/telegram/telegram-api.ts';
import { BOT_TOKEN } from '../support/bot-api/open-bot-api.ts';
import { GARY } from '../support/bot-api/speech.ts';
import { useBotApi } from './support/telegram-testing.ts';

const bot = useBotApi();

const openApi = () =>
  createTelegramApi(
    { token: BOT_TOKEN, apiRoot: bot.api.url, timeoutMs: 5_000 },
    new AbortController().signal,
  );

const OTHER = 77;

test('the Bot API of the tests refuses what the real one refuses', async () => {
  const api = openApi();
  const { message_id: id } = await api.sendMessage(GARY.id, 'hello');
  bot.api.putFile('large', Buffer.alloc(20 * 1024 * 1024 + 1));
  bot.api.putFile('small', Buffer.from('small'));
  await expect(api.getFile('large')).rejects.toThrow('file is too big');
  await expect(api.getFile('none')).rejects.toThrow('invalid file_id');
  expect(await api.getFile('small')).toMatchObject({ file_path: 'small' });
  await expect(api.sendMessage(OTHER, ' \u200B\n')).rejects.toThrow('text is empty');
  await expect(api.editMessageReplyMarkup(GARY.id, id)).rejects.toThrow('not modified');
  bot.api.blocked.add(String(GARY.id));
  await expect(api.editMessageText(GARY.id, id, 'hello you')).rejects.toThrow('blocked');
  await expect(api.sendChatAction(GARY.id, 'typing')).rejects.toThrow('blocked');
});

test('a caption is cut off nowhere: one that is too long is refused', async () => {
  const channel = bot.openChannel();
  const chat = { id: String(OTHER), kind: 'direct' } as const;
  const file = { name: 'a.md', mediaType: 'text/markdown', content: 'all' };
  const sent = await channel.sendFile(chat, { ...file, caption: 'a'.repeat(1025) });
  expect(sent).toMatchObject({ status: 'refused', why: expect.stringContaining('caption') });
});

test('what a webhook did not take is brought to the next one, in order and once', async () => {
  const brought: number[] = [];
  const port = await findFreePort();
  const server = createServer(async (request, response) => {
    const isTaken = request.url === '/new';
    const update: unknown = JSON.parse(Buffer.concat(await request.toArray()).toString());
    if (isTaken) brought.push(Object(update).update_id);
    response.writeHead(isTaken ? 200 : 503).end();
  });
  await new Promise<void>((listens) => server.listen(port, '127.0.0.1', listens));
  const api = openApi();
  await api.setWebhook(`http://127.0.0.1:${port}/old`);
  for (const text of ['one', 'two', 'three']) bot.api.say(text);
  await api.setWebhook(`http://127.0.0.1:${port}/new`);
  await expect.poll(() => bot.api.updates.waiting.length).toBe(0);
  expect(brought).toEqual([5001, 5002, 5003]);
  server.closeAllConnections();
  server.close();
});
