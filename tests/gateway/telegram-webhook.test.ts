import { expect, test } from 'vitest';
import { findFreePort } from '../../scripts/local/local-port.ts';
import { createNotes, receiveAll, SECRET, useBotApi } from './support/telegram-testing.ts';

const GROUP = { chat: { id: -100_77, type: 'supergroup', title: 'Family' } };
const TO_BOT = { caption_entities: [{ type: 'mention', offset: 0, length: 10 }] };

const bot = useBotApi();
const { openChannel } = bot;

const taken = () => expect.poll(() => bot.api.updates.waiting.length);

const isSet = () =>
  bot.api.until(() => bot.api.calls.some(({ method }) => method === 'setWebhook'));

function sendAlbum(name: string, count: number, more: Readonly<Record<string, unknown>> = {}) {
  for (let i = 1; i <= count; i += 1)
    bot.api.send({ media_group_id: name, photo: [{ file_id: `${name}-${i}` }], ...more });
}

test('the webhook takes updates of Telegram alone, whatever stands behind its path', async () => {
  const webhookPort = await findFreePort();
  const all = receiveAll(openChannel({ webhookPort, webhookQuery: '?of=baker' }));
  await isSet();
  const url = `http://127.0.0.1:${webhookPort}/telegram`;
  const body = JSON.stringify({ update_id: 1, message: { text: 'let me in' } });
  for (const headers of [{}, { 'X-Telegram-Bot-Api-Secret-Token': `${SECRET}x` }])
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(401);
  expect((await fetch(`${url}s`, { method: 'POST', body })).status).toBe(404);
  bot.api.say('hello');
  await all.atLeast(1);
  await all.stop();
});

test('what is not taken at the end comes to the next one; what meets a bug does not', async () => {
  const webhookPort = await findFreePort();
  const ending = Promise.withResolvers<void>();
  const first = receiveAll(openChannel({ webhookPort }), async (received) => {
    if (received.type === 'message' && received.text === 'bug') throw new Error('a bug');
    await ending.promise;
  });
  await isSet();
  bot.api.say('bug');
  bot.api.say('hello');
  await first.atLeast(2);
  const stopped = first.stop();
  ending.reject(new Error('the gateway stops'));
  await stopped;
  const next = receiveAll(openChannel({ webhookPort }));
  await next.atLeast(1);
  await taken().toBe(0);
  await next.stop();
  expect(next.messages().map(({ text }) => text)).toEqual(['hello']);
});

test('an album is one message, before what is said behind it', async () => {
  const all = receiveAll(openChannel({ webhookPort: await findFreePort() }));
  await isSet();
  sendAlbum('bread', 10);
  bot.api.say('which is best?');
  await all.atLeast(2);
  await taken().toBe(0);
  await all.stop();
  expect(all.messages().map(({ text, files }) => [text, files.length])).toEqual([
    ['', 10],
    ['which is best?', 0],
  ]);
});

test('an album in a group is heard as a whole if any of it names the assistant', async () => {
  const all = receiveAll(openChannel({ webhookPort: await findFreePort() }));
  await isSet();
  sendAlbum('meant', 2, GROUP);
  sendAlbum('meant', 1, { ...GROUP, caption: '@baker_bot which?', ...TO_BOT });
  sendAlbum('not meant', 2, GROUP);
  const eve = { from: { id: 66, first_name: 'Eve' } };
  sendAlbum('strange', 1, { ...GROUP, ...eve });
  bot.api.say('last');
  await all.atLeast(2);
  await taken().toBe(0);
  await all.stop();
  const heard = all.messages().map(({ text, files }) => `${text} ${files.length}`);
  expect(heard.toSorted()).toEqual(['last 0', 'which? 3']);
});

test('an album whose gateway dies is taken by the next one, once, with what came before it', async () => {
  const notes = createNotes();
  const webhookPort = await findFreePort();
  const first = receiveAll(openChannel({ webhookPort, notes }));
  await isSet();
  sendAlbum('bread', 3);
  await taken().toBe(0);
  // Before a second is over.
  await first.stop();
  expect(first.received).toEqual([]);
  const channel = openChannel({ webhookPort, notes });
  const next = receiveAll(channel);
  const [value = ''] = notes.pending.values();
  expect(notes.pending.size).toBe(1);
  await channel.takePending(value, new AbortController().signal);
  notes.pending.clear();
  bot.api.updates.repeat(5001);
  sendAlbum('bread', 1);
  await next.atLeast(2);
  await taken().toBe(0);
  await next.stop();
  expect(next.messages().map(({ files }) => files.length)).toEqual([3, 1]);
});

test('a piece of an album that cannot be kept is taken by itself', async () => {
  const isKnown = () => Promise.reject(new Error('no room'));
  const notes = { ...createNotes(), isKnown };
  const all = receiveAll(openChannel({ webhookPort: await findFreePort(), notes }));
  await isSet();
  sendAlbum('bread', 2);
  await all.atLeast(2);
  await taken().toBe(0);
  await all.stop();
  expect(all.messages().map(({ files }) => files.length)).toEqual([1, 1]);
});

test('a brain that takes its time splits no album', async () => {
  const isKnown = () => new Promise<boolean>((known) => setTimeout(known, 1_500, true));
  const notes = { ...createNotes(), isKnown };
  const all = receiveAll(openChannel({ webhookPort: await findFreePort(), notes }));
  await isSet();
  sendAlbum('bread', 3);
  await all.atLeast(1);
  await taken().toBe(0);
  await all.stop();
  expect(all.messages().map(({ files }) => files.length)).toEqual([3]);
});

test('an album that no room is left for holds nothing up behind it, and is taken when there is', async () => {
  const kept = createNotes();
  let isFull = true;
  const put: typeof kept.put = async (message, note) =>
    isFull && note.value === 'end' ? undefined : await kept.put(message, note);
  const channel = openChannel({ webhookPort: await findFreePort(), notes: { ...kept, put } });
  const all = receiveAll(channel);
  await isSet();
  sendAlbum('bread', 2);
  bot.api.say('which is best?');
  await all.atLeast(1);
  const [value = ''] = kept.pending.values();
  const pending = channel.takePending(value, new AbortController().signal);
  isFull = false;
  await pending;
  await all.stop();
  expect(all.messages().map(({ text, files }) => [text, files.length])).toEqual([
    ['which is best?', 0],
    ['', 2],
  ]);
});
