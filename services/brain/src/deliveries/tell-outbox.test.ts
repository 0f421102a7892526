import type { DeliveryEvent } from '@bakerst/contracts/channels';
import { randomId } from '@bakerst/kit';
import { expect, test } from 'vitest';
import { gary, openChannels, speaker } from '../channels/sqlite-channels-testing.ts';
import { createTeller } from './tell-outbox.ts';

/** The stores, with Gary in chat 1, and what one gateway is told. */
async function openTeller() {
  const stores = openChannels();
  const { code } = await stores.links.add(gary, 'telegram');
  await stores.links.claim(speaker('1'), code);
  stores.run(`INSERT INTO conversation (id, org_id, user_id, is_default, created_at, updated_at)
    VALUES ('talk', 'home', 'gary', 1, 1, 1)`);
  const add = (chat: string) =>
    stores.outbox.addText(
      gary,
      { id: randomId(), channel: 'telegram', chat: speaker(chat).chat },
      { text: 'hello', buttons: [] },
    );
  const addRun = (id: string) =>
    stores.run(`INSERT INTO run (id, org_id, user_id, conversation_id, message_seq, lock_key, status, takeover, request_id, created_at)
        VALUES ('${id}', 'home', 'gary', 'talk', 1, 'home/gary', 'queued', 0, 'r', 1);
      INSERT INTO channel_delivery (id, channel, org_id, user_id, chat_id, chat_kind, run_id, status, created_at)
        VALUES ('of-${id}', 'telegram', 'home', 'gary', '1', 'direct', '${id}', 'open', 1)`);
  const connect = () => {
    const events: DeliveryEvent[] = [];
    const tellSome = createTeller({ ...stores, findJob: () => undefined }, 'telegram', (event) =>
      events.push(event),
    );
    return () => {
      tellSome();
      return events.splice(0).map((event) => {
        if (event.type === 'delivery') return `${event.delivery.chat.id} ${event.delivery.id}`;
        return 'id' in event ? `${event.type} ${event.id}` : event.type;
      });
    };
  };
  return { ...stores, add, addRun, connect };
}

test('what was for somebody who is removed is withdrawn, for a gateway that comes again too', async () => {
  using stores = await openTeller();
  const sent = await stores.add('1');
  stores.run(`UPDATE channel_delivery SET status = 'sent' WHERE id = '${sent.id}'`);
  const { id } = await stores.add('1');
  const look = stores.connect();
  expect(look()).toEqual([`1 ${id}`]);
  expect(look()).toEqual([]);
  await stores.identities.remove(gary, 'telegram', '1');
  expect(look()).toEqual([`withdrawn ${id}`]);
  expect(look()).toEqual([]);
  expect(stores.connect()()).toEqual([`withdrawn ${id}`]);
  await stores.clock.advance(60 * 60_000 + 1);
  expect(stores.connect()()).toEqual([]);
});

test('a chat for which there is much keeps no other one waiting', async () => {
  using stores = await openTeller();
  await Promise.all(Array.from({ length: 250 }, () => stores.add('1')));
  await stores.add('2');
  const look = stores.connect();
  const chats = (told: readonly string[]) => told.map((line) => line.split(' ')[0]);
  const first = look();
  expect(chats(first)).toEqual(['1', '1', '1', '1', '1', '2']);
  stores.run(`UPDATE channel_delivery SET status = 'sent' WHERE id = '${first[0]?.split(' ')[1]}'`);
  expect(chats(look())).toEqual(['1']);
});

test('messages that wait take no place of others, and are told of when they move up', async () => {
  using stores = await openTeller();
  const runs = Array.from({ length: 22 }, randomId);
  for (const run of runs) stores.addRun(run);
  const { id } = await stores.add('1');
  const look = stores.connect();
  const first = look();
  expect(first).toHaveLength(21);
  expect(first.at(-1)).toBe(`1 ${id}`);
  stores.run(`UPDATE run SET status = 'running' WHERE id = '${runs[0]}'`);
  const second = look();
  expect(second.filter((line) => line.startsWith('moved'))).toHaveLength(20);
  expect(second.at(-1)).toBe(`1 of-${runs[20]}`);
  expect(look()).toEqual([]);
});
