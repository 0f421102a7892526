import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkUrl } from './check-url.ts';
import { sendChecked } from './send-checked.ts';

let url: string;
let handle: RequestListener;
const server = createServer((request, response) => handle(request, response));

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

function send({ headers = {}, signal = AbortSignal.timeout(5_000) }: Sent) {
  return sendChecked({
    method: 'POST',
    checked: checkUrl(url, new Set([new URL(url).host])),
    headers,
    body: 'rye',
    signal,
    onLeft: () => undefined,
    resolveAll: undefined,
  });
}

test.each([
  ['Trailer', 'X-Sum'],
  ['TE', 'trailers'],
  ['Keep-Alive', 'timeout=5'],
  ['Proxy-Connection', 'keep-alive'],
  ['Expect', '100-continue'],
  ['Upgrade', 'websocket'],
])('%s, which is between two ends of one connection, is left out', async (name, value) => {
  let heard: unknown;
  handle = (request, response) => {
    heard = request.headers;
    response.end();
  };
  const answer = await send({ headers: { [name]: value, 'X-Flour': 'rye' } });
  answer.resume();
  expect(answer.statusCode).toBe(200);
  expect(heard).toMatchObject({ 'x-flour': 'rye', 'content-length': '3' });
  expect(heard).not.toHaveProperty(name.toLowerCase());
});

test.each([
  ['a name that is none', { 'no name': 'x' }],
  ['a line break in a value', { 'X-Flour': 'rye\r\nX-More: wheat' }],
])('%s is refused before anything leaves', async (_what, headers) => {
  handle = (_request, response) => response.end();
  await expect(send({ headers })).rejects.toMatchObject({
    code: 'VALIDATION_ERROR',
    reason: 'INVALID_REQUEST',
  });
});

test('an answer that only changes the protocol ends the request', async () => {
  handle = ({ socket }) =>
    void socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
    );
  await expect(send({})).rejects.toThrow('closed without an answer');
});

test('a server that says again and again that it goes on is waited for until the time is over', async () => {
  handle = (_request, response) => {
    const again = setInterval(() => response.writeProcessing(), 20);
    response.once('close', () => clearInterval(again));
  };
  await expect(send({ signal: AbortSignal.timeout(300) })).rejects.toThrow('aborted');
});
