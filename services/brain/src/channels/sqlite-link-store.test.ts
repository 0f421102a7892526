import { type Tenant, UserId } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { gary, openChannels, owner, speaker } from './sqlite-channels-testing.ts';

test('a code links once, however it is typed, and its claim may be told again', async () => {
  using stores = openChannels();
  const { code } = await stores.links.add(gary, 'telegram');
  const typed = ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `;
  expect(await stores.links.claim(speaker('1'), typed)).toEqual(gary);
  expect(await stores.links.claim(speaker('1'), code)).toEqual(gary);
  expect(await stores.links.claim(speaker('2'), code)).toBe('wrong');
  expect(stores.identities.find('telegram', '1')).toEqual(gary);
});

test('a code is too old after a quarter of an hour', async () => {
  using stores = openChannels();
  const { code } = await stores.links.add(gary, 'telegram');
  await stores.clock.advance(15 * 60_000);
  expect(await stores.links.claim(speaker('1'), code)).toBe('wrong');
});

test('after five wrong codes nothing is said for an hour, not even of a right one', async () => {
  using stores = openChannels();
  const { code } = await stores.links.add(gary, 'telegram');
  for (let i = 0; i < 5; i++)
    expect(await stores.links.claim(speaker('1'), 'AAAAAAAA')).toBe('wrong');
  expect(await stores.links.claim(speaker('1'), code)).toBe('silent');
  expect(await stores.links.claim(speaker('2'), code)).toEqual(gary);
  await stores.clock.advance(60 * 60_000);
  expect(await stores.links.claim(speaker('1'), 'AAAAAAAA')).toBe('wrong');
});

test('many who guess together are silenced together', async () => {
  using stores = openChannels();
  for (let i = 0; i < 30; i++)
    expect(await stores.links.claim(speaker(`${i}`), 'nonsense')).toBe('wrong');
  expect(await stores.links.claim(speaker('31'), 'nonsense')).toBe('silent');
});

test('who is linked anew speaks for the other user alone, and who is unlinked for nobody', async () => {
  using stores = openChannels();
  for (const tenant of [gary, owner]) {
    const { code } = await stores.links.add(tenant, 'telegram');
    await stores.links.claim(speaker('1'), code);
  }
  expect(stores.identities.find('telegram', '1')).toEqual(owner);
  await stores.outbox.addText(
    owner,
    { id: stores.newId(), channel: 'telegram', chat: speaker('1').chat },
    { text: 'good morning', buttons: [] },
  );
  expect(await stores.identities.remove(gary, 'telegram', '1')).toBe(false);
  expect(await stores.identities.remove(owner, 'telegram', '1')).toBe(true);
  expect(stores.identities.find('telegram', '1')).toBe(undefined);
  expect(stores.listOpen()).toEqual([]);
});

test('a code that is said in a group links nobody, and counts no more', async () => {
  using stores = openChannels();
  const { code } = await stores.links.add(gary, 'telegram');
  const inGroup = { ...speaker('1'), chat: { id: '-5', kind: 'group' } } as const;
  expect(await stores.links.claim(inGroup, code)).toBe('in_group');
  expect(await stores.links.claim(speaker('1'), code)).toBe('wrong');
  expect(stores.identities.find('telegram', '1')).toBe(undefined);
});

test('whoever ended a code in a group hears so each time; for all others it is wrong', async () => {
  using stores = openChannels();
  const { code } = await stores.links.add(gary, 'telegram');
  const claim = (id: string) =>
    stores.links.claim({ ...speaker(id), chat: { id: '-5', kind: 'group' } }, code);
  expect([await claim('1'), await claim('1'), await claim('2')]).toEqual([
    'in_group',
    'in_group',
    'wrong',
  ]);
  await stores.clock.advance(15 * 60_000);
  expect(await claim('1')).toBe('wrong');
});

test('a claim that is told again does not hold once its sender was removed', async () => {
  using stores = openChannels();
  const { code } = await stores.links.add(gary, 'telegram');
  await stores.links.claim(speaker('1'), code);
  await stores.identities.remove(gary, 'telegram', '1');
  expect(await stores.links.claim(speaker('1'), code)).toBe('wrong');
});

test('nothing more goes out for the user before to somebody who is linked to another one', async () => {
  using stores = openChannels();
  const link = async (tenant: typeof gary) => {
    const { code } = await stores.links.add(tenant, 'telegram');
    await stores.links.claim(speaker('1'), code);
  };
  await link(gary);
  await stores.outbox.addText(
    gary,
    { id: stores.newId(), channel: 'telegram', chat: speaker('1').chat },
    { text: 'good morning', buttons: [] },
  );
  await link(gary);
  expect(stores.listOpen()).toHaveLength(1);
  await link(owner);
  expect(stores.listOpen()).toEqual([]);
});

const group = { id: '-5', kind: 'group' } as const;
/** The user that an allowed group is. */
const ofGroup: Tenant = { org: gary.org, user: UserId.parse('telegram--5') };

/** Somebody has said something in the group, for a user, and is being told something there. */
async function speakInGroup(stores: ReturnType<typeof openChannels>, tenant: Tenant, by: string) {
  stores.run(`INSERT INTO user (org_id, id, created_at) VALUES ('home', '${tenant.user}', 1)
    ON CONFLICT DO NOTHING`);
  await stores.chats.choose(tenant, { ...speaker(by), chat: group }, null);
  await stores.outbox.addText(
    tenant,
    { id: stores.newId(), channel: 'telegram', chat: group },
    { text: 'of bread', buttons: [] },
  );
}

async function linkTo(stores: ReturnType<typeof openChannels>, tenant: Tenant, by: string) {
  const { code } = await stores.links.add(tenant, 'telegram');
  await stores.links.claim(speaker(by), code);
}

test('an allowed group goes on as it was when whoever spoke there last is linked, and unlinked', async () => {
  using stores = openChannels();
  await speakInGroup(stores, ofGroup, 'bob');
  await linkTo(stores, gary, 'bob');
  expect(stores.listOpen()).toHaveLength(1);
  expect(stores.listChats()).toContainEqual({ chat_id: '-5', user_id: ofGroup.user });
  await linkTo(stores, ofGroup, 'bob');
  await stores.identities.remove(ofGroup, 'telegram', 'bob');
  expect(stores.listOpen()).toHaveLength(1);
  expect(stores.listChats()).toEqual([{ chat_id: '-5', user_id: ofGroup.user }]);
});

test('a group stays with a user for whom somebody else speaks, and goes with the last one', async () => {
  using stores = openChannels();
  await linkTo(stores, gary, 'ann');
  await linkTo(stores, gary, 'bob');
  await speakInGroup(stores, gary, 'bob');
  await stores.identities.remove(gary, 'telegram', 'bob');
  expect(stores.listOpen()).toHaveLength(1);
  expect(stores.findChat(gary, { channel: 'telegram', chat_id: group.id })).toEqual(group);
  await stores.identities.remove(gary, 'telegram', 'ann');
  expect(stores.listOpen()).toEqual([]);
  expect(stores.listChats()).toEqual([]);
});
