import { type Client, createClient } from '@bakerst/client';
import type { ChannelDelivery } from '@bakerst/contracts/channels';
import { type Script, textReply, toolReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { asSuper, restoreElsewhere } from './support/restore-elsewhere.ts';
import { SUPER_TOKEN, type System, startSystem } from './support/system.ts';

const GATEWAY_TOKEN = 'gateway-token-of-the-tests-0123456789abcdef';
const PATIENCE = { timeout: 30_000, interval: 50 };
const chat_id = '100';
const from = {
  sender: { id: chat_id, name: 'Gary' },
  chat: { id: chat_id, kind: 'direct' },
} as const;
const whose = { org: 'home', user_id: 'telegram-100' };

/** Plans when it is asked to plan, and works for as long as no worker is there otherwise. */
const SCRIPT: Script = ({ messages }) => {
  const said = JSON.stringify(messages.at(-1));
  if (said.includes('remind me'))
    return toolReply('schedule_create', { name: 'tea', cron: '0 8 * * *', message: 'Tea?' });
  if (said.includes('work')) return toolReply('execute_code', { code: 'return 1' });
  return textReply('noted');
};

let system: System;
let gateway: Client;
beforeAll(async () => {
  system = await startSystem({
    workers: 0,
    script: SCRIPT,
    brainEnv: { GATEWAY_TOKEN, TELEGRAM_ALLOWED_CHAT_IDS: chat_id },
  });
  gateway = createClient({ baseUrl: system.url, token: GATEWAY_TOKEN });
});
afterAll(() => system[Symbol.asyncDispose]());

function say(text: string) {
  return gateway.receiveChannelMessage('telegram', { ...from, text });
}

function act(action: Parameters<Client['actOnChannel']>[1]['action']) {
  return gateway.actOnChannel('telegram', { ...from, action });
}

async function waitForStatus(runId: string, status: string): Promise<void> {
  await vi.waitFor(
    async () => expect((await gateway.getRun(runId, whose)).status).toBe(status),
    PATIENCE,
  );
}

/** What a gateway that has just come is told to send, once this is among it; it gives up what else it is told. */
async function readOpen(isWanted: (delivery: ChannelDelivery) => boolean) {
  const leaving = new AbortController();
  const { signal } = leaving;
  const holder = crypto.randomUUID();
  for await (const event of gateway.watchDeliveries('telegram', { holder }, { signal })) {
    if (event.type !== 'delivery') continue;
    const { delivery } = event;
    if (isWanted(delivery)) return { delivery, holder };
    // Only so many of one chat are told at a time.
    const failed = { event: 'failed', holder, error: 'not wanted here' } as const;
    await gateway.reportDelivery('telegram', delivery.id, failed);
  }
  throw new Error('the stream has ended');
}

test('buttons stop a run, and have a message that waits said to it, go before it, or taken back', async () => {
  const first = await say('work');
  await waitForStatus(first.run_id, 'running');
  const [second, third, fourth] = [await say('two'), await say('three'), await say('four')];
  expect([second.status, third.status, fourth.status]).toEqual(['queued', 'queued', 'queued']);
  expect(await act({ type: 'withdraw', run_id: third.run_id })).toEqual({ outcome: 'done' });
  expect(await act({ type: 'withdraw', run_id: third.run_id })).toEqual({ outcome: 'too_late' });
  expect(await act({ type: 'withdraw', run_id: first.run_id })).toEqual({ outcome: 'too_late' });
  expect(await act({ type: 'steer', run_id: second.run_id })).toEqual({ outcome: 'done' });
  const stranger = { sender: { id: '7', name: 'x' }, chat: { id: '7', kind: 'direct' } } as const;
  const action = { type: 'stop', run_id: first.run_id } as const;
  await expect(gateway.actOnChannel('telegram', { ...stranger, action })).rejects.toMatchObject({
    body: { reason: 'SENDER_NOT_KNOWN' },
  });
  expect(await act({ type: 'interrupt', run_id: fourth.run_id })).toEqual({ outcome: 'done' });
  await waitForStatus(first.run_id, 'halted');
  await waitForStatus(second.run_id, 'completed');
  await waitForStatus(fourth.run_id, 'completed');
  expect(await act({ type: 'stop', run_id: fourth.run_id })).toEqual({ outcome: 'too_late' });
});

test('what is planned in a chat is told there, and so is the end of a job', async () => {
  const { run_id } = await say('remind me of tea every day at 8');
  await waitForStatus(run_id, 'completed');
  const [schedule] = (await gateway.listSchedules(whose)).data;
  expect(schedule?.action).toMatchObject({ deliver_to: { channel: 'telegram', chat_id } });
  const { run_id: fired } = await gateway.runSchedule(schedule?.id ?? '', whose);
  expect(fired).not.toBe(null);
  const isFired = ({ content }: ChannelDelivery) =>
    content.type === 'run' && content.run_id === fired;
  expect((await readOpen(isFired)).delivery.chat).toEqual(from.chat);
  const job = { type: 'code', code: 'return 1' } as const;
  const deliver_to = { channel: 'telegram' } as const;
  await expect(system.owner.postJob({ ...job, deliver_to })).rejects.toMatchObject({
    status: 400,
    body: { reason: 'CHANNEL_NOT_LINKED' },
  });
  const { id } = await gateway.postJob({ ...job, deliver_to, ...whose });
  await gateway.haltJob(id, whose);
  const { delivery } = await readOpen(({ content }) => content.type === 'text');
  expect(delivery.content).toMatchObject({ text: 'The code `return 1` was stopped.' });
});

test('a code links somebody to the owner, who sees and ends that', async () => {
  const sender = { id: '500', name: 'Mary', username: 'mary' };
  const mary = { sender, chat: { id: '500', kind: 'direct' } } as const;
  expect(await gateway.identifySender('telegram', mary)).toEqual({ status: 'refused' });
  const { code } = await system.owner.createChannelLink();
  const known = { status: 'known', user_id: 'owner' };
  expect(await gateway.claimChannelLink('telegram', { ...mary, code })).toMatchObject(known);
  expect(await gateway.identifySender('telegram', mary)).toMatchObject(known);
  expect((await system.owner.listChannelIdentities()).data).toMatchObject([
    { id: '500', username: 'mary', linked_by: 'code' },
  ]);
  await system.owner.deleteChannelIdentity('telegram', '500');
  expect(await gateway.identifySender('telegram', mary)).toEqual({ status: 'refused' });
  const wrong = gateway.claimChannelLink('telegram', { ...mary, code: 'AAAA-AAAA' });
  await expect(wrong).rejects.toMatchObject({ status: 404, body: { reason: 'CODE_NOT_VALID' } });
  const asUser = system.owner.identifySender('telegram', mary);
  await expect(asUser).rejects.toMatchObject({ status: 403 });
});

test('a brain that dies between a message and its report costs nothing and repeats nothing', async () => {
  const { id } = await gateway.createDelivery('telegram', { ...from, key: 'k', text: 'Hello.' });
  const { holder } = await readOpen((delivery) => delivery.id === id);
  const report = (more: object) =>
    gateway.reportDelivery('telegram', id, { holder, ...more } as Parameters<
      Client['reportDelivery']
    >[2]);
  await report({ event: 'sending', part: 0 });
  const other = await system.addBrain();
  await system.brain.end('SIGKILL');
  const there = createClient({ baseUrl: other.url, token: GATEWAY_TOKEN });
  const sending = { event: 'sending', holder, part: 0 } as const;
  expect(await there.reportDelivery('telegram', id, sending)).toMatchObject({
    may_be_repeat: false,
  });
  await there.reportDelivery('telegram', id, { event: 'sent', holder, part: 0, message_id: '5' });
  await there.reportDelivery('telegram', id, { event: 'done', holder });
  await system.restartBrain();
  expect(system.query('SELECT status FROM channel_delivery WHERE id = ?', id)).toEqual([
    { status: 'sent' },
  ]);
});

test('what a backup was about to tell is told no more after its restore', async () => {
  await gateway.createDelivery('telegram', { ...from, key: 'late', text: 'Too late.' });
  const { id } = await asSuper(system).createBackup();
  const { dataDir } = await restoreElsewhere(system, id);
  await using restored = await startSystem({ workers: 0, script: SCRIPT, dataDir });
  const root = createClient({ baseUrl: restored.url, token: SUPER_TOKEN });
  expect((await root.listChannels()).data).toMatchObject([{ open: 0, is_connected: false }]);
  expect(
    restored.query(`SELECT DISTINCT status, error FROM channel_delivery WHERE key = 'text/late'`),
  ).toEqual([{ status: 'failed', error: 'RESTORED' }]);
});
