import { expect, test } from 'vitest';
import { readDeliveryEvents, readUserEvents } from './read-events.ts';

const encoder = new TextEncoder();
const DELIVERY = '0192f5a0-7b1c-7e3a-9c4d-5e6f7a8b9c0d';

test('events are read however they are cut, and unknown ones left out', async () => {
  const text = `: still here\n\ndata: {"type":"hello"}\n\ndata: {"type":"news"}\n\ndata: {"type":"reconnect"}\n\n`;
  const bytes = encoder.encode(text);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.slice(at, at + 7));
      controller.close();
    },
  });
  const types: string[] = [];
  for await (const { type } of readUserEvents(body)) types.push(type);
  expect(types).toEqual(['hello', 'reconnect']);
});

test('whoever stops reading ends the request', async () => {
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode('data: {"type":"hello"}\n\n')),
    cancel() {
      isCancelled = true;
    },
  });
  for await (const event of readUserEvents(body)) {
    expect(event.type).toBe('hello');
    break;
  }
  expect(isCancelled).toBe(true);
});

test('a stream that breaks says so', async () => {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.error(new TypeError('terminated')),
  });
  await expect(readUserEvents(body).next()).rejects.toThrow('terminated');
});

test('of a delivery that cannot be read there is its id', async () => {
  const delivery = {
    id: DELIVERY,
    org: 'home',
    user_id: 'gary',
    chat: { id: '7', kind: 'direct' },
    reply_to: null,
    content: { type: 'text', text: 'flour' },
    parts: [],
    status: 'open',
    revision: 1,
    created_at: '2026-11-28T00:00:00.000Z',
  };
  const events = [
    { type: 'delivery', delivery },
    { type: 'delivery', delivery: { ...delivery, content: { type: 'text', text: 'a\0b' } } },
    { type: 'delivery', delivery: {} },
    { type: 'news', id: DELIVERY },
  ];
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const event of events)
        controller.enqueue(encoder.encode(`data: ${JSON.stringify(event)}\n\n`));
      controller.close();
    },
  });
  expect(await Array.fromAsync(readDeliveryEvents(body))).toEqual([
    { type: 'delivery', delivery },
    { type: 'unreadable', id: DELIVERY },
  ]);
});
