import { ErrorBody } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { sendRaw } from '../support/raw-http.ts';
import { CHAT, JSON_TYPE, NO_RUN, OWNER, useIdleSystem } from '../support/refusals.ts';
import { OWNER_TOKEN } from '../support/system.ts';

const system = useIdleSystem();

const head = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;
const AUTH = `Authorization: Bearer ${OWNER_TOKEN}`;

test.each([
  ['TRACE', head(['TRACE /health HTTP/1.1', 'Host: localhost', 'Connection: close']), 405],
  ['CONNECT', head(['CONNECT example.org:443 HTTP/1.1', 'Host: example.org']), 405],
  [
    'a header of 17 KB',
    head(['GET /health HTTP/1.1', 'Host: localhost', `X-Long: ${'x'.repeat(17_408)}`]),
    431,
  ],
  ['no Host', head(['GET /api/v1/chat HTTP/1.1', 'Connection: close']), 400],
  [
    'two Hosts',
    head([
      'GET /api/v1/chat HTTP/1.1',
      'Host: localhost',
      'Host: evil.example',
      'Connection: close',
    ]),
    400,
  ],
  [
    'a Host that is not ours',
    head(['GET /api/v1/chat HTTP/1.1', 'Host: evil.example', 'Connection: close']),
    421,
  ],
  [
    'two lengths',
    head([
      'POST /api/v1/chat HTTP/1.1',
      'Host: localhost',
      'Content-Length: 5',
      'Content-Length: 6',
    ]),
    400,
  ],
  ['garbage', 'GARBAGE\r\n\r\n', 400],
  ['a TLS hello', Buffer.from('16030100a5010000a1030300', 'hex'), 400],
  [
    'two credentials',
    `${head(['POST /api/v1/chat HTTP/1.1', 'Host: localhost', AUTH, AUTH, 'Content-Length: 2', 'Connection: close'])}{}`,
    401,
  ],
  [
    'an expectation that cannot be met',
    head([
      'POST /api/v1/chat HTTP/1.1',
      'Host: localhost',
      AUTH,
      'Expect: tea',
      'Content-Length: 0',
    ]),
    417,
  ],
])('%s is refused in JSON', async (_name, bytes, status) => {
  const answer = await sendRaw(system().port, bytes);
  expect(answer.status).toBe(status);
  expect(answer.headers).toMatch(/content-type: application\/json/i);
  expect(ErrorBody.safeParse(JSON.parse(answer.body)).success).toBe(true);
});

test('a refused method says which ones there are', async () => {
  const response = await fetch(`${system().url}${CHAT}`, {
    method: 'DELETE',
    headers: OWNER,
  });
  expect(response.headers.get('allow')).toBe('POST');
});

test('a missing credential is told how to sign in', async () => {
  const response = await fetch(`${system().url}${NO_RUN}`);
  expect(response.headers.get('www-authenticate')).toBe('Bearer');
});

test('the refusal of a foreign Host carries the line that allows it', async () => {
  const answer = await sendRaw(
    system().port,
    head(['GET /api/v1/chat HTTP/1.1', 'Host: oven.lan:3000', 'Connection: close']),
  );
  expect(answer.body).toContain('PUBLIC_URL=http://oven.lan');
});

test('a request id from outside is kept when it is harmless, and replaced otherwise', async () => {
  const kept = await fetch(`${system().url}/health`, { headers: { 'X-Request-Id': 'abc-1' } });
  expect(kept.headers.get('x-request-id')).toBe('abc-1');
  const long = await fetch(`${system().url}/health`, {
    headers: { 'X-Request-Id': 'x'.repeat(5_000) },
  });
  expect(long.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('a client that goes away in the middle of its body starts nothing', async () => {
  const abort = new AbortController();
  const body = new ReadableStream({
    start: (stream) => stream.enqueue(new TextEncoder().encode('{"message":"hel')),
  });
  const request: RequestInit = {
    method: 'POST',
    headers: { ...OWNER, ...JSON_TYPE },
    body,
    duplex: 'half',
  };
  const sent = fetch(`${system().url}${CHAT}`, { ...request, signal: abort.signal });
  setTimeout(() => abort.abort(), 50);
  await expect(sent).rejects.toThrow();
  expect((await fetch(`${system().url}/livez`)).status).toBe(200);
});
