import { type Client, createClient } from '@bakerst/client';
import type { ChannelDelivery, DeliveryEvent, DeliveryReport } from '@bakerst/contracts/channels';
import { textReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type System, startSystem } from './support/system.ts';

const GATEWAY_TOKEN = 'gateway-token-of-the-tests-0123456789abcdef';
const PATIENCE = { timeout: 30_000, interval: 50 };

let system: System;
let gateway: Client;
beforeAll(async () => {
  system = await startSystem({
    workers: 0,
    script: () => textReply('Bread is ready.'),
    brainEnv: { GATEWAY_TOKEN, TELEGRAM_ALLOWED_CHAT_IDS: '100,200,300,400' },
  });
  gateway = createClient({ baseUrl: system.url, token: GATEWAY_TOKEN });
});
afterAll(() => system[Symbol.asyncDispose]());

function from(id: string) {
  return { sender: { id, name: 'Gary' }, chat: { id, kind: 'direct' } } as const;
}

type Unheld<Report> = Report extends unknown ? Omit<Report, 'holder'> : never;

/** A gateway that hears what is to go out, for as long as the test lasts. */
function listen(client = gateway, holder = crypto.randomUUID()) {
  const leaving = new AbortController();
  const events: DeliveryEvent[] = [];
  const ended = (async () => {
    const { signal } = leaving;
    const stream = client.watchDeliveries('telegram', { holder, bot: 'baker_bot' }, { signal });
    for await (const event of stream) if (event.type !== 'unreadable') events.push(event);
  })().catch(() => undefined);
  const find = (isWanted: (delivery: ChannelDelivery) => boolean) =>
    vi.waitFor(() => {
      const told = events.flatMap((event) => (event.type === 'delivery' ? [event.delivery] : []));
      const found = told.findLast(isWanted);
      if (found === undefined) throw new Error('not told yet');
      return found;
    }, PATIENCE);
  return {
    events,
    ended,
    holder,
    find,
    hello: () => vi.waitFor(() => expect(events[0]).toEqual({ type: 'hello' }), PATIENCE),
    report: (id: string, report: Unheld<DeliveryReport>) =>
      client.reportDelivery('telegram', id, { ...report, holder } as DeliveryReport),
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await ended;
    },
  };
}

function isOfRun(runId: string) {
  return ({ content }: ChannelDelivery) => content.type === 'run' && content.run_id === runId;
}

test('a message is answered once, and its answer is delivered once', async () => {
  await using ear = listen();
  await ear.hello();
  expect(await gateway.identifySender('telegram', from('100'))).toMatchObject({
    status: 'known',
    user_id: 'telegram-100',
    conversation_id: null,
  });
  const message = { ...from('100'), message_id: '7', text: 'Is the bread ready?' };
  const idempotencyKey = 'telegram:1:1';
  const accepted = await gateway.receiveChannelMessage('telegram', message, { idempotencyKey });
  const again = await gateway.receiveChannelMessage('telegram', message, { idempotencyKey });
  expect(again.run_id).toBe(accepted.run_id);
  const other = { ...message, text: 'Is the cake ready?' };
  await expect(
    gateway.receiveChannelMessage('telegram', other, { idempotencyKey }),
  ).rejects.toMatchObject({ body: { code: 'IDEMPOTENCY_MISMATCH' } });
  const delivery = await ear.find(isOfRun(accepted.run_id));
  expect(delivery).toMatchObject({ user_id: 'telegram-100', reply_to: '7', parts: [] });
  expect(await gateway.identifySender('telegram', from('100'))).toMatchObject({
    conversation_id: accepted.conversation_id,
  });
  const whose = { org: 'home', user_id: 'telegram-100' };
  await vi.waitFor(
    async () =>
      expect((await gateway.getRun(accepted.run_id, whose)).answer).toBe('Bread is ready.'),
    PATIENCE,
  );
  expect(await ear.report(delivery.id, { event: 'sending', part: 0 })).toEqual({
    may_be_repeat: false,
    message_id: null,
  });
  await ear.report(delivery.id, { event: 'sent', part: 0, message_id: '8' });
  await ear.report(delivery.id, { event: 'done', revision: delivery.revision });
  const told = ear.events.filter((event) => event.type === 'delivery');
  expect(told).toHaveLength(1);
  expect((await gateway.listChannels()).data).toMatchObject([
    { bot: 'baker_bot', is_connected: true, open: 0 },
  ]);
});

test('another gateway takes over, and nobody hears the first one any more', async () => {
  await using first = listen();
  await first.hello();
  const text = { ...from('200'), key: 'k1', text: 'Hello.' };
  const { id } = await gateway.createDelivery('telegram', text);
  expect((await gateway.createDelivery('telegram', text)).id).toBe(id);
  await first.find((delivery) => delivery.id === id);
  await first.report(id, { event: 'sending', part: 0 });
  await using second = listen();
  await first.ended;
  expect(first.events.at(-1)).toEqual({ type: 'taken_over' });
  const delivery = await second.find((found) => found.id === id);
  expect(delivery.parts).toEqual([
    { index: 0, state: 'sending', message_id: null, may_be_repeat: false },
  ]);
  await expect(first.report(id, { event: 'sent', part: 0, message_id: '1' })).rejects.toMatchObject(
    { body: { code: 'CONFLICT', reason: 'FENCED' } },
  );
  expect(await second.report(id, { event: 'sending', part: 0 })).toMatchObject({
    may_be_repeat: true,
  });
  await second.report(id, { event: 'sent', part: 0, message_id: '2' });
  await second.report(id, { event: 'done' });
});

test('a new conversation begins where one was asked for', async () => {
  const say = (text: string) => gateway.receiveChannelMessage('telegram', { ...from('300'), text });
  const first = await say('hello');
  expect((await say('and again')).conversation_id).toBe(first.conversation_id);
  await gateway.chooseChatConversation('telegram', { ...from('300'), conversation_id: null });
  const second = await say('something else');
  expect(second.conversation_id).not.toBe(first.conversation_id);
  const back = { ...from('300'), conversation_id: first.conversation_id };
  await gateway.chooseChatConversation('telegram', back);
  expect((await say('as before')).conversation_id).toBe(first.conversation_id);
  const foreign = { ...from('400'), conversation_id: first.conversation_id };
  await expect(gateway.chooseChatConversation('telegram', foreign)).rejects.toMatchObject({
    body: { code: 'NOT_FOUND', reason: 'CONVERSATION_NOT_FOUND' },
  });
});
