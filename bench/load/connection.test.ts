import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { openConnection } from './connection.ts';

const REFUSAL = 'HTTP/1.1 429 Too Many Requests\r\nContent-Length: 2\r\n\r\n{}';

/** A server that does as it is told with each request. */
async function startServer(onRequest: (socket: Socket) => void) {
  const server = createServer((socket) => socket.on('data', () => onRequest(socket)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return { port, [Symbol.dispose]: () => server.close() };
}

test('a connection serves one request after the other', async () => {
  using server = await startServer((socket) => socket.write(REFUSAL));
  const connection = await openConnection('127.0.0.1', server.port);
  for (const _ of [1, 2]) expect(await connection.exchange('GET /')).toMatchObject({ status: 429 });
  connection.close();
});

test('an answer that is cut off is no answer, and neither is one after it', async () => {
  using server = await startServer((socket) => socket.destroy());
  const connection = await openConnection('127.0.0.1', server.port);
  for (const _ of [1, 2]) {
    const answer = await connection.exchange('GET /');
    expect(answer).toMatchObject({ status: 0, isComplete: false });
  }
  expect(connection.isOpen).toBe(false);
});

test('who is not there is an error', async () => {
  const server = await startServer(() => undefined);
  server[Symbol.dispose]();
  await expect(openConnection('127.0.0.1', server.port)).rejects.toThrow('ECONNREFUSED');
});
