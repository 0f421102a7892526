import { expect, test } from 'vitest';
import { BOT_TOKEN } from '../support/bot-api/open-bot-api.ts';
import { receiveAll, useBotApi } from './support/telegram-testing.ts';

const GROUP = { chat: { id: -100_77, type: 'supergroup', title: 'Family' } };
const TO_BOT = { caption_entities: [{ type: 'mention', offset: 0, length: 10 }] };

const bot = useBotApi();
const { openChannel } = bot;

test('updates whose numbers fall back are heard, and confirmed by their own', async () => {
  const channel = openChannel();
  const all = receiveAll(channel);
  bot.api.say('before');
  await all.atLeast(1);
  await expect.poll(() => bot.api.updates.confirmed()).toBe(5002);
  bot.api.updates.numberFrom(17);
  bot.api.say('a week later');
  await all.atLeast(2);
  await expect.poll(() => bot.api.updates.confirmed()).toBe(18);
  await all.stop();
  expect(all.messages().map(({ key }) => key)).toEqual([
    'telegram:7000000001:5001',
    'telegram:7000000001:17',
  ]);
});

test('a chat whose files never come holds up others for some seconds only', async () => {
  const channel = openChannel({ timeoutMs: 60_000 });
  bot.api.fail((method) => (method === 'getFile' ? 'hang' : undefined));
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
    bot.api.send({ from: anna, photo: [{ file_id: `photo-${count}` }] });
  bot.api.say('hello');
  await expect.poll(() => all.messages().at(-1)?.text).toBe('hello');
  expect(outcomes).toContain('TIMEOUT_ERROR');
  ending.abort();
  await all.stop();
});

test('an album in a group is heard as a whole if any of it names the assistant', async () => {
  const all = receiveAll(openChannel());
  const photo = (id: string) => ({ ...GROUP, photo: [{ file_id: id }] });
  bot.api.send({ ...photo('one'), media_group_id: 'meant' });
  bot.api.send({
    ...photo('two'),
    media_group_id: 'meant',
    caption: '@baker_bot which?',
    ...TO_BOT,
  });
  bot.api.send({ ...photo('three'), media_group_id: 'meant' });
  bot.api.send({ ...photo('four'), media_group_id: 'not meant' });
  bot.api.send({ ...photo('five'), media_group_id: 'not meant', caption: 'look, Anna' });
  bot.api.send(photo('six'));
  bot.api.say('last');
  await all.atLeast(2);
  await expect.poll(() => bot.api.updates.confirmed()).toBe(5008);
  await all.stop();
  const heard = all.messages().toSorted((one, other) => one.key.localeCompare(other.key));
  expect(heard.map(({ text, files }) => [text, files.length])).toEqual([
    ['which?', 3],
    ['last', 0],
  ]);
});

test('what cannot be seen is named beside what can', async () => {
  const all = receiveAll(openChannel());
  const [first, second] = [{ media_group_id: 'first' }, { media_group_id: 'second' }];
  bot.api.send({ ...first, video: { file_id: 'v' } });
  bot.api.send({ ...first, photo: [{ file_id: 'p' }], caption: 'our oven' });
  bot.api.send({ ...second, video: { file_id: 'v' } });
  bot.api.send({ ...second, video: { file_id: 'w' } });
  bot.api.send({ video: { file_id: 'v' }, caption: 'how is it?' });
  bot.api.send({ voice: { file_id: 'v' }, caption: 'listen' });
  bot.api.send({ video: { file_id: 'v' } });
  for (const kind of ['checklist', 'paid_media', 'game', 'invoice']) bot.api.send({ [kind]: {} });
  await all.atLeast(9);
  await all.stop();
  expect(all.messages().map(({ strange, text, files }) => strange ?? [text, files.length])).toEqual(
    [
      ['[a video that you cannot see]\nour oven', 1],
      'other',
      ['how is it?\n[a video that you cannot see]', 0],
      ['listen\n[a voice message that you cannot hear]', 0],
      'other',
      'other',
      'other',
      'other',
      'other',
    ],
  );
});

test('a webhook that somebody sets is removed, and that nothing comes meanwhile is told', async () => {
  const all = receiveAll(openChannel());
  await expect.poll(all.isReceiving).toBe(true);
  await fetch(`${bot.api.url}/bot${BOT_TOKEN}/setWebhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: 'http://127.0.0.1:9/elsewhere' }),
  });
  bot.api.say('one');
  await expect.poll(all.isReceiving).toBe(false);
  bot.api.say('two');
  await all.atLeast(2);
  await expect.poll(all.isReceiving).toBe(true);
  await all.stop();
});

test('a reply in a group brings along what it replies to, and may be the name alone', async () => {
  const all = receiveAll(openChannel());
  const anna = { id: 77, is_bot: false, first_name: 'Anna' };
  const reply_to_message = { message_id: 9, from: anna, text: 'bread at six' };
  bot.api.say('@baker_bot summarise this', { ...GROUP, reply_to_message });
  bot.api.say('@baker_bot', { ...GROUP, reply_to_message });
  await all.atLeast(2);
  await all.stop();
  const repliesTo = '[In reply to Anna]\n> bread at six';
  expect(all.messages()).toMatchObject([
    { text: 'summarise this', repliesTo },
    { text: '', repliesTo, strange: undefined },
  ]);
});

test('a code that a group has read is heard without the name, other commands are not', async () => {
  const all = receiveAll(openChannel());
  for (const text of ['/link hello', '/link@other_bot K7WQ2M9X', '/link k7wq-2m9x'])
    bot.api.send({ ...GROUP, text });
  bot.api.say('last');
  await all.atLeast(2);
  await all.stop();
  expect(all.messages().map(({ text }) => text)).toEqual(
    expect.arrayContaining(['/link k7wq-2m9x', 'last']),
  );
  expect(all.messages()).toHaveLength(2);
});
