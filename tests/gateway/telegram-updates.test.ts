import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BotApi, openBotApi } from '../support/bot-api/open-bot-api.ts';
import { type ChannelOptions, openTelegram, receiveAll } from './support/telegram-testing.ts';

let api: BotApi;
beforeEach(async () => {
  api = await openBotApi();
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});

const openChannel = (options: ChannelOptions = {}) => openTelegram(api, options);

test('updates whose numbers fall back are heard, and confirmed by their own', async () => {
  const channel = openChannel();
  const all = receiveAll(channel);
  api.say('before');
  await all.atLeast(1);
  await expect.poll(() => api.updates.confirmed()).toBe(5002);
  api.updates.numberFrom(17);
  api.say('a week later');
  await all.atLeast(2);
  await expect.poll(() => api.updates.confirmed()).toBe(18);
  await all.stop();
  expect(all.messages().map(({ key }) => key)).toEqual([
    'telegram:7000000001:5001',
    'telegram:7000000001:17',
  ]);
});

test('a chat whose files never come holds up others for some seconds only', async () => {
  const channel = openChannel({ timeoutMs: 60_000 });
  api.fail((method) => (method === 'getFile' ? 'hang' : undefined));
  const outcomes: unknown[] = [];
  const ending = new AbortController();
  const all = receiveAll(channel, async (received) => {
    const [file] = received.type === 'message' ? received.files : [];
    await file
      ?.download(ending.signal)
      .catch((err: { readonly code: unknown }) => outcomes.push(err.code));
  });
  const anna = { id: 77, first_name: 'Anna' };
  for (let count = 0; count < 100; count += 1)
    api.send({ from: anna, photo: [{ file_id: `photo-${count}` }] });
  api.say('hello');
  await expect.poll(() => all.messages().at(-1)?.text, { timeout: 30_000 }).toBe('hello');
  expect(outcomes).toContain('TIMEOUT_ERROR');
  ending.abort();
  await all.stop();
});
