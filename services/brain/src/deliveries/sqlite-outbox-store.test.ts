import { UserId } from '@bakerst/contracts';
import { randomId } from '@bakerst/kit';
import { expect, test } from 'vitest';
import { gary, openChannels, speaker } from '../channels/sqlite-channels-testing.ts';

const A = randomId();
const B = randomId();

async function openOutbox() {
  const stores = openChannels();
  await stores.holders.take('telegram', { holder: A, bot: 'baker_bot' });
  const add = (text: string, key?: string) =>
    stores.outbox.addText(
      gary,
      { id: stores.newId(), channel: 'telegram', chat: speaker('1').chat, key },
      { text, buttons: [] },
    );
  stores.run(`INSERT INTO user (org_id, id, created_at) VALUES ('home', 'gary', 1)`);
  return { ...stores, add };
}

test('the same key is one delivery', async () => {
  using stores = await openOutbox();
  const [first, second] = await Promise.all([stores.add('once', 'k'), stores.add('once', 'k')]);
  expect(second?.id).toBe(first?.id);
  expect(stores.listOpen()).toHaveLength(1);
});

test('only whoever serves the channel is heard', async () => {
  using stores = await openOutbox();
  const { id } = await stores.add('hello');
  const report = (holder: string) =>
    stores.outbox.report('telegram', id, { event: 'sending', holder, part: 0 });
  expect(await report(A)).toMatchObject({ mayBeRepeat: false });
  const taken = await stores.holders.take('telegram', { holder: B, bot: undefined });
  expect(taken).toMatchObject({ epoch: 2, bot: 'baker_bot' });
  await expect(report(A)).rejects.toMatchObject({ code: 'CONFLICT', reason: 'FENCED' });
  expect(await report(B)).toMatchObject({ mayBeRepeat: true });
  await stores.outbox.report('telegram', id, {
    event: 'sent',
    holder: B,
    part: 0,
    message_id: '9',
  });
  expect(stores.listOpen()[0]?.parts).toEqual([
    { index: 0, state: 'sent', message_id: '9', may_be_repeat: true },
  ]);
});

test('whoever comes back after another gateway does not know what became of its intent', async () => {
  using stores = await openOutbox();
  const { id } = await stores.add('hello');
  const report = (event: 'sending' | 'not_sent') =>
    stores.outbox.report('telegram', id, { event, holder: A, part: 0 });
  await report('sending');
  await stores.holders.take('telegram', { holder: A, bot: undefined });
  expect(await report('sending')).toMatchObject({ mayBeRepeat: false });
  for (const holder of [B, A]) await stores.holders.take('telegram', { holder, bot: undefined });
  expect(await report('sending')).toMatchObject({ mayBeRepeat: true });
});

test('a message that was sent is named to whoever is about to send it', async () => {
  using stores = await openOutbox();
  const { id } = await stores.add('hello');
  const sending = { event: 'sending', holder: A, part: 0 } as const;
  expect(await stores.outbox.report('telegram', id, sending)).toMatchObject({ messageId: null });
  const sent = { ...sending, event: 'sent', message_id: '9' } as const;
  await stores.outbox.report('telegram', id, sent);
  expect(await stores.outbox.report('telegram', id, sending)).toMatchObject({
    messageId: '9',
    mayBeRepeat: false,
  });
  await stores.outbox.report('telegram', id, { event: 'done', holder: A });
  await expect(stores.outbox.report('telegram', id, sending)).rejects.toMatchObject({
    code: 'CONFLICT',
    reason: 'DELIVERY_CLOSED',
  });
});

test('what was told to somebody who is let in no more is never told again', async () => {
  using stores = await openOutbox();
  const { code } = await stores.links.add(gary, 'telegram');
  await stores.links.claim(speaker('1'), code);
  stores.run(`INSERT INTO job (id, org_id, user_id, type, status, attempt, body, request_id, created_at)
    VALUES ('job', 'home', 'gary', 'code', 'interrupted', 1, '{}', 'r', 1);
    INSERT INTO channel_delivery (id, channel, org_id, user_id, chat_id, chat_kind, job_id, status, created_at, finished_at)
    VALUES ('d', 'telegram', 'home', 'gary', '1', 'direct', 'job', 'sent', 1, 2)`);
  await stores.identities.remove(gary, 'telegram', '1');
  stores.reopenJob('job');
  expect(stores.listOpen()).toEqual([]);
});

test('what was finished of an older revision does not end the newer one', async () => {
  using stores = await openOutbox();
  stores.run(`INSERT INTO job (id, org_id, user_id, type, status, attempt, body, request_id, created_at)
    VALUES ('job', 'home', 'gary', 'code', 'interrupted', 1, '{}', 'r', 1);
    INSERT INTO channel_delivery (id, channel, org_id, user_id, chat_id, chat_kind, job_id, status, created_at)
    VALUES ('d', 'telegram', 'home', 'gary', '1', 'direct', 'job', 'open', 1)`);
  stores.reopenJob('job');
  const done = (revision: number) =>
    stores.outbox.report('telegram', 'd', { event: 'done', holder: A, revision });
  expect(await done(1)).toMatchObject({ ended: undefined });
  expect(stores.outbox.countOpen('telegram')).toBe(1);
  expect(await done(2)).toMatchObject({ ended: 'sent' });
  expect(await done(2)).toMatchObject({ ended: undefined });
  stores.run(`UPDATE job SET status = 'queued'`);
  stores.reopenJob('job');
  expect(stores.outbox.countOpen('telegram')).toBe(0);
  stores.run(`UPDATE job SET status = 'completed'`);
  expect(stores.outbox.countOpen('telegram')).toBe(1);
});

test('what has ended is taken away once it is old, what waits is not', async () => {
  using stores = await openOutbox();
  const { id } = await stores.add('old');
  await stores.add('waits');
  await stores.outbox.report('telegram', id, { event: 'failed', holder: A, error: 'blocked' });
  await stores.clock.advance(1_000);
  expect(await stores.pruner.pruneDeliveries(stores.clock.now(), 10)).toBe(1);
  expect(await stores.pruner.pruneDeliveries(stores.clock.now(), 10)).toBe(0);
  expect(stores.outbox.countOpen('telegram')).toBe(1);
});

test('what waits for longer than it is news is given up, unless its run or job is on', async () => {
  using stores = await openOutbox();
  const { id } = await stores.add('old');
  const addJob = (job: string, finishedAt: number | null) =>
    stores.run(`INSERT INTO job (id, org_id, user_id, type, status, attempt, body, request_id, created_at, finished_at)
        VALUES ('${job}', 'home', 'gary', 'code', '${finishedAt === null ? 'running' : 'completed'}', 1, '{}', 'r', 1, ${finishedAt});
      INSERT INTO channel_delivery (id, channel, org_id, user_id, chat_id, chat_kind, job_id, status, created_at)
        VALUES ('of-${job}', 'telegram', 'home', 'gary', '1', 'direct', '${job}', 'open', 1)`);
  await stores.clock.advance(1_000);
  const now = stores.clock.now();
  addJob('ended-long-ago', 2);
  addJob('ended-now', now);
  addJob('is-on', null);
  expect(await stores.pruner.expireDeliveries(now, 10)).toBe(2);
  expect(await stores.pruner.expireDeliveries(now, 10)).toBe(0);
  expect(stores.outbox.listDue('telegram').map((due) => due.id)).toEqual(['of-ended-now']);
  expect(stores.outbox.listWithdrawn('telegram', now, 10).toSorted()).toEqual(
    [id, 'of-ended-long-ago'].toSorted(),
  );
});

test('a message that a run from elsewhere takes up is answered in its chat', async () => {
  using stores = await openOutbox();
  const [page, first, second] = [randomId(), randomId(), randomId()];
  stores.run(`INSERT INTO conversation (id, org_id, user_id, is_default, created_at, updated_at)
    VALUES ('talk', 'home', 'gary', 1, 1, 1)`);
  for (const run of [page, first, second])
    stores.run(`INSERT INTO run (id, org_id, user_id, conversation_id, message_seq, lock_key, status, takeover, request_id, created_at)
      VALUES ('${run}', 'home', 'gary', 'talk', 1, 'home/gary', 'running', 0, 'r', 1)`);
  for (const run of [first, second])
    stores.run(`INSERT INTO channel_delivery (id, channel, org_id, user_id, chat_id, chat_kind, run_id, status, created_at)
      VALUES ('of-${run}', 'telegram', 'home', 'gary', '1', 'direct', '${run}', 'open', 1)`);
  stores.moveDelivery({ id: first, into: page });
  stores.moveDelivery({ id: second, into: page });
  expect(stores.listOpen()).toMatchObject([
    { id: `of-${first}`, subject: { runId: page }, revision: 2 },
    { id: `of-${second}`, subject: { runId: second }, revision: 1 },
  ]);
});

test('what is for a user goes to the newest chat where they talk alone, and to chats of theirs only', async () => {
  using stores = await openOutbox();
  const chatOf = (chat_id?: string) =>
    stores.findChat(gary, { channel: 'telegram', ...(chat_id !== undefined && { chat_id }) });
  expect(chatOf()).toBe(undefined);
  for (const id of ['1', '2']) {
    const { code } = await stores.links.add(gary, 'telegram');
    await stores.links.claim(speaker(id), code);
    await stores.clock.advance(1);
  }
  const group = { ...speaker('1'), chat: { id: '-9', kind: 'group', thread_id: '4' } } as const;
  await stores.chats.choose(gary, group, null);
  expect(chatOf()).toEqual({ id: '2', kind: 'direct' });
  expect(chatOf('1')).toEqual({ id: '1', kind: 'direct' });
  expect(chatOf('-9')).toEqual({ id: '-9', kind: 'group', thread_id: '4' });
  expect(chatOf('3')).toBe(undefined);
  await stores.identities.remove(gary, 'telegram', '2');
  expect(chatOf()).toEqual({ id: '1', kind: 'direct' });
});

test('a chat that is allowed no more gets nothing more', async () => {
  using stores = await openOutbox();
  for (const id of ['100', '200']) {
    const user = { ...gary, user: UserId.parse(`telegram-${id}`) };
    await stores.chats.choose(user, speaker(id), null);
    const chat = id === '100' ? speaker(id).chat : undefined;
    expect(stores.findChat(user, { channel: 'telegram' })).toEqual(chat);
  }
});
