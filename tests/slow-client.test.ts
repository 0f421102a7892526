import { connect } from 'node:net';
import { ErrorBody } from '@bakerst/contracts';
import { textReply } from '@bakerst/offline-model';
import { expect, test } from 'vitest';
import { OWNER_TOKEN, startSystem } from './support/system.ts';

interface Cut {
  readonly afterMs: number;
  readonly answer: string;
}

/** Sends the text once and then one byte a second, until the server has had enough. */
async function drip(port: number, text: string): Promise<Cut> {
  const startedAt = performance.now();
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let answer = '';
  const socket = connect(port, '127.0.0.1', () => socket.write(text));
  const dripping = setInterval(() => socket.write('x'), 1_000);
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => resolve());
  await closed;
  clearInterval(dripping);
  return { afterMs: performance.now() - startedAt, answer };
}

test('headers and bodies that arrive a byte a second are cut off with 408', async () => {
  await using system = await startSystem({ workers: 0 });
  const [headers, body] = await Promise.all([
    drip(system.port, 'GET /health HTTP/1.1\r\nX-Slow: '),
    drip(
      system.port,
      `POST /api/v1/chat HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${OWNER_TOKEN}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
    ),
  ]);
  for (const { answer } of [headers, body]) {
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(ErrorBody.safeParse(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).success).toBe(true);
  }
  // 10 s for the headers, 30 s for the whole request, and at most 2 s until that is noticed.
  expect(headers.afterMs).toBeLessThan(14_000);
  expect(body.afterMs).toBeLessThan(34_000);
  expect(system.query('SELECT 1 FROM run')).toEqual([]);
}, 90_000);

test('a reader that never reads is cut off, and its run is not held up', async () => {
  const words = Array.from({ length: 4_000 }, () => 'x'.repeat(1_000));
  await using system = await startSystem({
    workers: 0,
    script: () => ({ kind: 'message', blocks: [{ type: 'text', text: words }] }),
  });
  const body = JSON.stringify({ message: 'say a lot' });
  const socket = connect(system.port, '127.0.0.1', () => {
    socket.write(
      `POST /api/v1/chat/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${OWNER_TOKEN}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  });
  socket.pause();
  await expect.poll(() => system.query('SELECT status FROM run')[0]?.['status']).toBe('completed');
  socket.destroy();
  expect((await system.get('/livez')).status).toBe(200);
  const [run] = (await system.owner.listHistory('home', 'owner')).entries;
  expect(run?.assistant_response).toHaveLength(4_000_000);
}, 90_000);

test('ten thousand idle connections do not keep health from answering', async () => {
  await using system = await startSystem({ workers: 0, script: () => textReply('fine') });
  const sockets = Array.from({ length: 10_000 }, () => connect(system.port, '127.0.0.1'));
  for (const socket of sockets) socket.on('error', () => undefined);
  await expect
    .poll(() => sockets.filter(({ readyState }) => readyState === 'open').length, {
      timeout: 30_000,
    })
    .toBeGreaterThan(9_000);
  const askedAt = performance.now();
  expect((await system.get('/health')).status).toBe(200);
  // What a probe waits for.
  expect(performance.now() - askedAt).toBeLessThan(5_000);
  for (const socket of sockets) socket.destroy();
}, 90_000);
