import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGzip } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerWith, JOB_ID, openTestOven, resolveTo, type TestOven } from './http-testing.ts';

let oven: TestOven;

beforeAll(async () => {
  oven = await openTestOven();
});
afterAll(() => oven[Symbol.dispose]());

test.each([
  ['a loopback address', ['127.0.0.1']],
  ['a private address beside a public one', ['93.184.215.14', '10.0.0.1']],
  ['an IPv4 address in an IPv6 one', ['::ffff:127.0.0.1']],
  ['a link-local address', ['fe80::1']],
])('a name that leads to %s is not asked', async (_what, addresses) => {
  oven.answer(answerWith(200));
  const outcome = await oven.run('/', { allowed: [], resolveAll: resolveTo(addresses) });
  expect(outcome).toMatchObject({ status: 'failed', error: { code: 'URL_NOT_ALLOWED' } });
  expect(oven.requests).toEqual([]);
});

test('a name whose answers change between public and loopback never leads to this machine', async () => {
  oven.answer(answerWith(200));
  const resolveAll = resolveTo(['192.0.2.1'], ['127.0.0.1'], ['93.184.215.14', '127.0.0.1']);
  const rounds = Array.from({ length: 50 }, () =>
    oven.run('/', { allowed: [], resolveAll, spec: { timeoutMs: 200 } }),
  );
  for (const outcome of await Promise.all(rounds)) expect(outcome.status).not.toBe('completed');
  expect(oven.requests).toEqual([]);
});

test('a redirect to an address of this machine is not followed', async () => {
  oven.answer(answerWith(302, { Location: `http://127.0.0.1:${oven.port}/secret` }));
  const outcome = await oven.run('/');
  expect(outcome).toMatchObject({ status: 'failed', error: { code: 'URL_NOT_ALLOWED' } });
  expect(oven.requests).toHaveLength(1);
});

/** Answers each of `count` paths with the way to the next one. */
function redirectTimes(count: number): void {
  oven.answer((request, response) => {
    const hop = Number(request.url?.slice(1));
    if (hop < count) response.writeHead(302, { Location: `/${hop + 1}` }).end();
    else response.end('there');
  });
}

test('three redirects are followed, a fourth is not', async () => {
  redirectTimes(3);
  expect(await oven.run('/0')).toMatchObject({ result: { body: 'there' } });
  redirectTimes(4);
  const outcome = await oven.run('/0');
  expect(outcome).toMatchObject({ status: 'failed', error: { code: 'TOO_MANY_REDIRECTS' } });
});

/** Answers /from with the way to another server, where there is an answer. */
function redirectElsewhere(status: number): void {
  oven.answer((request, response) => {
    if (request.url === '/from')
      response.writeHead(status, { Location: `http://other.test:${oven.port}/to` }).end();
    else response.end('ok');
  });
}

const SECRETS = {
  Authorization: 'Bearer secret',
  Cookie: 'session=secret',
  'X-Auth-Token': 'secret',
  'Private-Token': 'secret',
  'X-Of-Nobody-Knows-What': 'secret',
};

test('a redirect elsewhere takes along what says how to answer, and no secret', async () => {
  redirectElsewhere(302);
  const headers = { 'Accept-Language': 'nl', 'If-None-Match': '"1"', 'user-agent': 'gary' };
  await oven.run('/from', { spec: { headers: { ...SECRETS, ...headers } } });
  const [first, second] = oven.requests;
  expect(first?.headers).toMatchObject({
    authorization: 'Bearer secret',
    'x-auth-token': 'secret',
  });
  expect(second?.headers).toMatchObject({
    host: `other.test:${oven.port}`,
    'accept-language': 'nl',
    'if-none-match': '"1"',
    'user-agent': 'gary',
  });
  expect(JSON.stringify(second?.headers)).not.toContain('secret');
});

test('a redirect on the same server takes everything along', async () => {
  redirectTimes(1);
  await oven.run('/0', { spec: { headers: SECRETS } });
  expect(oven.requests[1]?.headers).toMatchObject({ 'x-auth-token': 'secret' });
});

test('what was left out on the way is not sent again when the way leads back', async () => {
  oven.answer((request, response) => {
    const name = request.url === '/from' ? 'other.test' : 'oven.test';
    if (request.url === '/back') response.end('ok');
    else
      response
        .writeHead(302, {
          Location: `http://${name}:${oven.port}${request.url === '/from' ? '/to' : '/back'}`,
        })
        .end();
  });
  await oven.run('/from', { spec: { headers: SECRETS } });
  expect(oven.requests[2]?.headers.host).toBe(`oven.test:${oven.port}`);
  expect(JSON.stringify(oven.requests[2]?.headers)).not.toContain('secret');
});

test('a 303 turns a POST into a GET without a body', async () => {
  redirectElsewhere(303);
  await oven.run('/from', { spec: { method: 'POST', body: 'x' } });
  const [first, second] = oven.requests;
  expect(first?.headers).toMatchObject({ 'content-length': '1' });
  expect(second?.method).toBe('GET');
  expect(second?.headers).not.toHaveProperty('content-length');
});

test('a 307 elsewhere takes the body and the key along, for the request is the same one', async () => {
  redirectElsewhere(307);
  const spec = { method: 'POST', body: 'x', headers: { 'Content-Type': 'text/plain' } } as const;
  await oven.run('/from', { spec, replay: 'keyed' });
  const [, second] = oven.requests;
  expect(second?.method).toBe('POST');
  expect(second?.headers).toMatchObject({
    'content-length': '1',
    'content-type': 'text/plain',
    'idempotency-key': JOB_ID,
  });
});

function answerWithoutEnd(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/plain' });
  response.write('one');
}

test('of an answer that never ends, what came until the time limit is the answer', async () => {
  oven.answer(answerWithoutEnd);
  expect(await oven.run('/', { replay: 'never', spec: { timeoutMs: 300 } })).toEqual({
    status: 'completed',
    result: { status: 200, content_type: 'text/plain', body: 'one', truncated: true },
  });
  expect(oven.requests).toHaveLength(1);
});

test('of a packed answer that never ends, what could be unpacked until the time limit is the answer', async () => {
  oven.answer((_request, response) => {
    response.writeHead(200, { 'Content-Encoding': 'gzip' });
    const packed = createGzip();
    packed.pipe(response);
    packed.write('one');
    packed.flush();
  });
  expect(await oven.run('/', { spec: { timeoutMs: 300 } })).toMatchObject({
    status: 'completed',
    result: { body: 'one', truncated: true },
  });
});

test('an answer whose head does not come within the time limit is none', async () => {
  oven.answer(() => undefined);
  const outcome = await oven.run('/', { replay: 'never', spec: { timeoutMs: 300 } });
  expect(outcome).toMatchObject({ status: 'unknown', error: { code: 'NO_ANSWER' } });
});

test('of an answer that a halt breaks off nothing is told', async () => {
  const stop = new AbortController();
  oven.answer((request, response) => {
    answerWithoutEnd(request, response);
    setTimeout(() => stop.abort(), 200);
  });
  const outcome = await oven.run('/', { signal: stop.signal });
  expect(outcome).toMatchObject({ status: 'unknown', error: { code: 'NO_ANSWER' } });
});

test('a redirect whose body never ends is followed at once', async () => {
  oven.answer((request, response) => {
    if (request.url === '/to') response.end('there');
    else response.writeHead(302, { Location: '/to' }).write('one');
  });
  expect(await oven.run('/from', { spec: { timeoutMs: 2_000 } })).toMatchObject({
    status: 'completed',
    result: { body: 'there', truncated: false },
  });
});

test.each(['Idempotency-Key', 'idempotency-KEY'])(
  'a key that the job itself names (%s) stays',
  async (name) => {
    oven.answer(answerWith(200));
    const spec = { method: 'POST', headers: { [name]: 'order-7' } } as const;
    await oven.run('/', { spec, replay: 'keyed' });
    expect(oven.requests[0]?.headers['idempotency-key']).toBe('order-7');
  },
);

test('a request whose connection breaks after it left may have taken effect', async () => {
  oven.answer((request) => request.socket.destroy());
  expect(await oven.run('/', { spec: { method: 'POST' } })).toMatchObject({ status: 'unknown' });
});

test('a request that could not leave is tried again', async () => {
  const outcome = await oven.run('http://oven.test:1/', { allowed: ['oven.test:1'] });
  expect(outcome).toMatchObject({ status: 'retry', error: { code: 'NOT_REACHED' } });
});

test('headers that would change where the message ends are left out', async () => {
  oven.answer(answerWith(200));
  const headers = { Host: 'evil', 'Content-Length': '99', 'Transfer-Encoding': 'chunked' };
  await oven.run('/', { spec: { method: 'POST', body: 'abc', headers } });
  expect(oven.requests[0]?.headers).toMatchObject({
    host: `oven.test:${oven.port}`,
    'content-length': '3',
  });
  expect(oven.requests[0]?.headers).not.toHaveProperty('transfer-encoding');
});

test('a halt ends a request that is on', async () => {
  const stop = new AbortController();
  oven.answer(() => stop.abort());
  expect(await oven.run('/', { signal: stop.signal })).toMatchObject({ status: 'unknown' });
});

test('a request whose server only changes the protocol may have taken effect', async () => {
  oven.answer(
    ({ socket }) =>
      void socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
      ),
  );
  const outcome = await oven.run('/', { replay: 'never', spec: { method: 'POST' } });
  expect(outcome).toMatchObject({ status: 'unknown', error: { code: 'NO_ANSWER' } });
});
