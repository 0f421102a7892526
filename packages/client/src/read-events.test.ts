import { expect, test } from 'vitest';
import { readUserEvents } from './read-events.ts';

const encoder = new TextEncoder();

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
