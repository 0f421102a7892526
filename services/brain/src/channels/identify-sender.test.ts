import { UserId } from '@bakerst/contracts';
import { silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import {
  type AccessPolicy,
  createRefusalLog,
  type IdentifyDeps,
  identifySender,
} from './identify-sender.ts';
import { gary, home, openChannels, owner, speaker } from './sqlite-channels-testing.ts';

function openDoor(access: AccessPolicy['access'], allowedChats: readonly string[] = []) {
  const stores = openChannels();
  const refused: string[] = [];
  const deps: IdentifyDeps = {
    ...stores,
    policy: { access, allowedChats: new Set(allowedChats) },
    defaultOrg: home,
    noteRefusal: ({ sender }) => void refused.push(sender.id),
  };
  return {
    ...stores,
    refused,
    identify: (who: ReturnType<typeof speaker>) => identifySender(deps, who),
  };
}

test('a chat that is allowed is a user of its own, and anybody else is refused', async () => {
  using door = openDoor('list', ['100']);
  expect(await door.identify(speaker('100'))).toEqual({ org: 'home', user: 'telegram-100' });
  expect(await door.identify(speaker('200'))).toBe(undefined);
  expect(door.refused).toEqual(['200']);
  expect(door.listOpen()).toEqual([]);
});

test('who is linked is that user, in an allowed chat too', async () => {
  using door = openDoor('list', ['100']);
  const { code } = await door.links.add(gary, 'telegram');
  expect(await door.links.claim(speaker('100'), code)).toEqual(gary);
  expect(await door.identify(speaker('100'))).toEqual(gary);
});

test('of two who come first at the same time one is the landlord', async () => {
  using door = openDoor('landlord');
  const found = await Promise.all([door.identify(speaker('1')), door.identify(speaker('2'))]);
  expect(found).toEqual([owner, undefined]);
  expect(await door.identify(speaker('1'))).toEqual(owner);
  expect(await door.identify(speaker('3'))).toBe(undefined);
});

test('nobody becomes the landlord when the one before is removed, or is somebody else now', async () => {
  for (const end of ['removed', 'relinked']) {
    using door = openDoor('landlord');
    expect(await door.identify(speaker('1'))).toEqual(owner);
    if (end === 'removed') await door.identities.remove(owner, 'telegram', '1');
    else {
      const { code } = await door.links.add(gary, 'telegram');
      await door.links.claim(speaker('1'), code);
    }
    expect(await door.identify(speaker('2')), end).toBe(undefined);
  }
});

test('whoever is linked to the owner by a code leaves no place for a landlord', async () => {
  using door = openDoor('landlord');
  const { code } = await door.links.add(owner, 'telegram');
  await door.links.claim(speaker('1'), code);
  await door.identities.remove(owner, 'telegram', '1');
  expect(await door.identify(speaker('2'))).toBe(undefined);
});

test('somebody who is known can be told things from the first word on, by the name they have now', async () => {
  using door = openDoor('list', ['100']);
  const guest = { org: home, user: UserId.parse('telegram-100') };
  await door.identify(speaker('100'));
  expect(door.findChat(guest, { channel: 'telegram' })).toEqual({ id: '100', kind: 'direct' });
  const { code } = await door.links.add(gary, 'telegram');
  await door.links.claim(speaker('1'), code);
  const topic = { id: '-9', kind: 'group', thread_id: '4' } as const;
  await door.identify({ channel: 'telegram', sender: { id: '1', name: 'Gary B' }, chat: topic });
  expect(door.findChat(gary, { channel: 'telegram', chat_id: '-9' })).toEqual(topic);
  expect(door.findChat(gary, { channel: 'telegram', chat_id: '-9', thread_id: '5' })).toBe(
    undefined,
  );
  expect(
    door.identities.list({ org: home, user: gary.user }, { beforeSeq: undefined, limit: 9 }),
  ).toMatchObject([{ name: 'Gary B' }]);
});

test('a group makes nobody the landlord', async () => {
  using door = openDoor('landlord');
  const inGroup = { ...speaker('1'), chat: { id: '-5', kind: 'group' } } as const;
  expect(await door.identify(inGroup)).toBe(undefined);
  expect(
    door.identities.list({ org: home, user: undefined }, { beforeSeq: undefined, limit: 9 }),
  ).toEqual([]);
});

test('a stranger gets one card however often they ask, and stale ones keep nobody out', async () => {
  using door = openDoor('card');
  for (const id of ['1', '1', '2', '3', '4'])
    expect(await door.identify(speaker(id))).toBe(undefined);
  const told = () => door.listOpen().map(({ chat }) => chat.id);
  expect(told()).toEqual(['1', '2', '3']);
  const [, , first] = door.requests.list('telegram', { beforeSeq: undefined, limit: 10 });
  expect(first?.senderId).toBe('1');
  await door.clock.advance(5 * 60_000);
  expect(door.requests.list('telegram', { beforeSeq: undefined, limit: 10 })).toEqual([]);
  await door.identify(speaker('4'));
  expect(told()).toEqual(['1', '2', '3', '4']);
});

test('a card lets somebody in, or keeps them out for good', async () => {
  using door = openDoor('card');
  for (const id of ['1', '2']) await door.identify(speaker(id));
  const [second, first] = door.requests.list('telegram', { beforeSeq: undefined, limit: 10 });
  if (first === undefined || second === undefined) throw new Error('nobody asks');
  expect(await door.requests.allow(gary, first)).toBe(true);
  expect(await door.requests.allow(gary, first)).toBe(false);
  expect(await door.identify(speaker('1'))).toEqual(gary);
  expect(door.listOpen().at(-1)).toMatchObject({
    tenant: gary,
    chat: { id: '1' },
    subject: { text: 'You are let in as gary.' },
  });
  await door.requests.block(second);
  await door.clock.advance(60 * 60_000);
  await door.identify(speaker('2'));
  expect(door.listOpen()).toHaveLength(3);
  expect(door.requests.list('telegram', { beforeSeq: undefined, limit: 10 })).toMatchObject([
    { senderId: '2', isBlocked: true },
  ]);
});

test('the log tells of a stranger once an hour', async () => {
  const clock = createFakeClock();
  const lines: unknown[] = [];
  const log = Object.assign(Object.create(silentLogger), {
    warn: (line: unknown) => lines.push(line),
  });
  const note = createRefusalLog(clock, log);
  note(speaker('1'));
  note(speaker('1'));
  note(speaker('2'));
  await clock.advance(60 * 60_000);
  note(speaker('1'));
  expect(lines).toHaveLength(3);
});
