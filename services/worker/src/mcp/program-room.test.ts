import { createFakeClock, settle } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { createProgramRoom } from './program-room.ts';

function openRoom() {
  const clock = createFakeClock();
  const asked: string[] = [];
  const onFull = () => void asked.push('an idle one may go');
  return {
    room: createProgramRoom({ clock, maxPrograms: 2, patienceMs: 5_000, onFull }),
    clock,
    asked,
  };
}

test('who finds the room full asks for an idle one to go, and gets the next free place', async () => {
  const { room, asked } = openRoom();
  const [oven] = await Promise.all([room.enter(), room.enter()]);
  const waits = room.enter();
  expect([asked.length, room.isAwaited()]).toEqual([1, true]);
  oven[Symbol.dispose]();
  oven[Symbol.dispose]();
  await waits;
  expect(room.isAwaited()).toBe(false);
  const next = room.enter();
  await settle();
  expect(room.isAwaited()).toBe(true);
  (await waits)[Symbol.dispose]();
  await next;
});

test('who waits too long is told that it is busy, and holds no place', async () => {
  const { room, clock } = openRoom();
  const [oven] = await Promise.all([room.enter(), room.enter()]);
  const waits = expect(room.enter()).rejects.toMatchObject({
    code: 'MCP_BUSY',
    status: 'unreached',
    isCounted: false,
  });
  await clock.advance(5_000);
  await waits;
  oven[Symbol.dispose]();
  await room.enter();
});
