import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { createPace } from './pace.ts';

function openPace(perSecond = 10) {
  const clock = createFakeClock();
  const stopping = new AbortController();
  const pace = createPace(clock, {
    chatMs: (chat) => (chat === 'group' ? 3_000 : 1_000),
    perSecond,
    stopping: stopping.signal,
  });
  const begun: (readonly [string, number])[] = [];
  const act = (chat: string, name: string) =>
    pace.inTurn(chat, async () => void begun.push([name, clock.monotonic()]));
  return { clock, begun, act, stop: () => stopping.abort() };
}

test('a chat has its turns one after the other, a second apart, and waits for no other chat', async () => {
  const { clock, begun, act } = openPace();
  const all = [
    act('a', 'a1'),
    act('a', 'a2'),
    act('group', 'g1'),
    act('group', 'g2'),
    act('b', 'b1'),
  ];
  await clock.advance(0);
  await clock.advance(4_000);
  await Promise.all(all);
  expect(begun.toSorted((one, other) => one[1] - other[1])).toEqual([
    ['a1', 0],
    ['g1', 100],
    ['b1', 200],
    ['a2', 1_000],
    ['g2', 3_100],
  ]);
});

test('a turn that fails holds up nothing', async () => {
  const { clock, begun, act } = openPace();
  const clockOf = createPace(clock, {
    chatMs: () => 1_000,
    perSecond: 30,
    stopping: new AbortController().signal,
  });
  const failed = clockOf.inTurn('a', () => Promise.reject(new Error('no')));
  await expect(failed).rejects.toThrow('no');
  const next = act('a', 'next');
  await clock.advance(1_000);
  await next;
  expect(begun).toHaveLength(1);
});

test('all chats together have so many turns a second', async () => {
  const { clock, begun, act } = openPace(2);
  const all = ['a', 'b', 'c', 'd', 'e'].map((chat) => act(chat, chat));
  await clock.advance(0);
  await clock.advance(5_000);
  await Promise.all(all);
  expect(begun.map(([, at]) => at)).toEqual([0, 500, 1_000, 1_500, 2_000]);
});

test('once it is told to stop nobody waits for a turn', async () => {
  const { clock, begun, act, stop } = openPace();
  const all = [act('group', 'one'), act('group', 'two'), act('group', 'three')];
  await clock.advance(0);
  stop();
  await Promise.all(all);
  expect(begun.map(([name]) => name)).toEqual(['one', 'two', 'three']);
});
