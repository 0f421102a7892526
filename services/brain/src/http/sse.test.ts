import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createFakeClock } from '@bakerst/kit/testing';
import express, { type Response } from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { openSse } from './sse.ts';

const MB = 1024 * 1024;
const line = (bytes: number) => ({ line: 'x'.repeat(bytes), place: undefined });

/** An answer that somebody waits for who does not read yet. */
async function openResponse() {
  const clock = createFakeClock();
  const { promise, resolve } = Promise.withResolvers<Response>();
  const app = express().get('/', (_request, response) => resolve(response));
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const reader = connect({ port, host: '127.0.0.1' });
  onTestFinished(() => void reader.destroy());
  reader.pause();
  reader.on('error', () => undefined);
  reader.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const response = await promise;
  return { clock, reader, response };
}

async function openStream() {
  const { clock, reader, response } = await openResponse();
  return { clock, reader, response, stream: openSse(response, clock) };
}

/** Reads until the server has seen it. */
async function readSome(reader: Socket, response: Response): Promise<void> {
  const before = response.socket?.bytesWritten ?? 0;
  const hasSeen = () => response.writableFinished || (response.socket?.bytesWritten ?? 0) > before;
  reader.on('data', () => undefined).resume();
  await expect.poll(hasSeen, { interval: 1, timeout: 10_000 }).toBe(true);
  reader.pause();
}

test('a reader that takes nothing of more than a megabyte for ten seconds is cut off', async () => {
  const { clock, stream } = await openStream();
  stream.tell(line(20 * MB));
  await clock.advance(9_000);
  expect(stream.closed.aborted).toBe(false);
  await clock.advance(11_000);
  expect(stream.closed.aborted).toBe(true);
});

test('a slow reader gets everything, all that it has missed at once', async () => {
  const { clock, reader, response, stream } = await openStream();
  stream.tell(line(20 * MB));
  const told = stream[Symbol.asyncDispose]();
  while (!response.writableFinished) {
    await readSome(reader, response);
    await clock.advance(10_000);
  }
  // All of it, and the head.
  reader.resume();
  await expect.poll(() => reader.bytesRead).toBeGreaterThan(20 * MB);
  await told;
});

test('a reader that stops reading is cut off although all has been told', async () => {
  const { clock, response, stream } = await openStream();
  stream.tell(line(20 * MB));
  const told = stream[Symbol.asyncDispose]();
  await clock.advance(30_000);
  expect(response.destroyed).toBe(true);
  await told;
});

test('a stream for somebody who has left already is over at once', async () => {
  const { clock, reader, response } = await openResponse();
  reader.destroy();
  await once(response, 'close');
  const stream = openSse(response, clock);
  expect(stream.closed.aborted).toBe(true);
  await stream[Symbol.asyncDispose]();
});

test('what waits for a reader has an end', async () => {
  const { stream } = await openStream();
  for (let i = 0; i < 50 && !stream.closed.aborted; i++) stream.tell(line(MB));
  expect(stream.closed.aborted).toBe(true);
});
