import type { LookupAddress } from 'node:dns';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { JobDispatch, type JobOutcome, type JobSpec } from '@bakerst/contracts';
import { systemClock } from '@bakerst/kit';
import { parseAllowedHosts, type ResolveAll } from '@bakerst/kit/url-guard';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createHttpExecutor } from './run-http.ts';

type HttpSpec = Extract<JobSpec, { type: 'http' }>;
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let port: number;
let handle: Handler;
let requests: IncomingMessage[];

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request);
    handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  requests = [];
});

/** Resolves each name to what the test says, by turns the one and the next. */
function resolveTo(...answers: readonly (readonly string[])[]): ResolveAll {
  let call = 0;
  return (_name, _options, done) => {
    const addresses = answers[call++ % answers.length] ?? [];
    const found: LookupAddress[] = addresses.map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    setImmediate(() => done(null, found));
  };
}

interface Call {
  readonly spec?: Partial<HttpSpec>;
  readonly replay?: 'safe' | 'keyed' | 'never';
  readonly resolveAll?: ResolveAll;
  readonly signal?: AbortSignal;
  readonly allowed?: readonly string[];
}

async function run(path: string, call: Call = {}): Promise<JobOutcome> {
  const { spec = {}, replay = 'safe', signal, resolveAll = resolveTo(['127.0.0.1']) } = call;
  const { allowed = [`oven.test:${port}`, `other.test:${port}`] } = call;
  const url = path.startsWith('http') ? path : `http://oven.test:${port}${path}`;
  const full: HttpSpec = {
    type: 'http',
    url,
    method: 'GET',
    headers: {},
    timeoutMs: 1_000,
    ...spec,
  };
  const dispatch = JobDispatch.parse({
    jobId: '0190a000-0000-7000-8000-000000000000',
    attempt: 1,
    replay,
    org: 'home',
    user: 'gary',
    requestId: 'request-1',
    createdAt: 0,
    spec: full,
  });
  const executor = createHttpExecutor({
    allowedHosts: parseAllowedHosts(allowed),
    clock: systemClock,
    resolveAll,
  });
  return await executor({ dispatch, spec: full, signal: signal ?? new AbortController().signal });
}

function answer(
  status: number,
  headers: Record<string, string>,
  body: string | Buffer = '',
): Handler {
  return (_request, response) => response.writeHead(status, headers).end(body);
}

test.each([
  ['a loopback address', ['127.0.0.1']],
  ['a private address beside a public one', ['93.184.215.14', '10.0.0.1']],
  ['an IPv4 address in an IPv6 one', ['::ffff:127.0.0.1']],
  ['a link-local address', ['fe80::1']],
])('a name that leads to %s is not asked', async (_what, addresses) => {
  handle = answer(200, {});
  const outcome = await run('/', { allowed: [], resolveAll: resolveTo(addresses) });
  expect(outcome).toMatchObject({ status: 'failed', error: { code: 'URL_NOT_ALLOWED' } });
  expect(requests).toEqual([]);
});

test('a name whose answers change between public and loopback never leads to this machine', async () => {
  handle = answer(200, {});
  const resolveAll = resolveTo(['192.0.2.1'], ['127.0.0.1'], ['93.184.215.14', '127.0.0.1']);
  const rounds = Array.from({ length: 50 }, () =>
    run('/', { allowed: [], resolveAll, spec: { timeoutMs: 200 } }),
  );
  for (const outcome of await Promise.all(rounds)) expect(outcome.status).not.toBe('completed');
  expect(requests).toEqual([]);
});

test('a redirect to an address of this machine is not followed', async () => {
  handle = answer(302, { Location: `http://127.0.0.1:${port}/secret` });
  expect(await run('/')).toMatchObject({ status: 'failed', error: { code: 'URL_NOT_ALLOWED' } });
  expect(requests).toHaveLength(1);
});

test('three redirects are followed, a fourth is not', async () => {
  const hops =
    (count: number): Handler =>
    (request, response) => {
      const hop = Number(request.url?.slice(1));
      if (hop < count) response.writeHead(302, { Location: `/${hop + 1}` }).end();
      else response.end('there');
    };
  handle = hops(3);
  expect(await run('/0')).toMatchObject({ result: { body: 'there' } });
  handle = hops(4);
  expect(await run('/0')).toMatchObject({
    status: 'failed',
    error: { code: 'TOO_MANY_REDIRECTS' },
  });
});

test('a redirect elsewhere takes no credential along, and turns a POST into a GET', async () => {
  handle = (request, response) => {
    if (request.url === '/from')
      response.writeHead(303, { Location: `http://other.test:${port}/to` }).end();
    else response.end('ok');
  };
  const headers = { Authorization: 'Bearer secret', 'X-Plain': 'yes' };
  await run('/from', { spec: { method: 'POST', body: 'x', headers } });
  const [first, second] = requests;
  expect(first?.headers).toMatchObject({ authorization: 'Bearer secret', 'content-length': '1' });
  expect(second?.method).toBe('GET');
  expect(second?.headers).not.toHaveProperty('authorization');
  expect(second?.headers).toMatchObject({ 'x-plain': 'yes', host: `other.test:${port}` });
});

test('a body is cut at 1 MiB, packed or not', async () => {
  const body = 'b'.repeat(3 * 1024 * 1024);
  handle = answer(200, { 'Content-Type': 'text/plain' }, body);
  const plain = await run('/');
  expect(plain).toMatchObject({ status: 'completed', result: { truncated: true } });
  expect(plain.status === 'completed' && JSON.stringify(plain.result).length).toBeLessThan(
    1_048_800,
  );
  handle = answer(200, { 'Content-Encoding': 'gzip' }, gzipSync(body));
  expect(await run('/')).toMatchObject({ status: 'completed', result: { truncated: true } });
});

test('a body is read in its charset', async () => {
  handle = answer(200, { 'Content-Type': 'text/plain; charset=iso-8859-1' }, Buffer.from([0xe9]));
  expect(await run('/')).toMatchObject({ result: { body: 'é' } });
});

test('an answer that never ends is given up at the time limit, and its outcome is unknown', async () => {
  handle = (_request, response) => {
    response.writeHead(200);
    response.write('one');
  };
  const outcome = await run('/', { replay: 'never', spec: { timeoutMs: 300 } });
  expect(outcome).toMatchObject({ status: 'unknown', error: { code: 'NO_ANSWER' } });
});

test('a request whose connection breaks after it left may have taken effect', async () => {
  handle = (request) => request.socket.destroy();
  expect(await run('/', { spec: { method: 'POST' } })).toMatchObject({ status: 'unknown' });
});

test('a request that could not leave is tried again', async () => {
  const outcome = await run('http://oven.test:1/', { allowed: ['oven.test:1'] });
  expect(outcome).toMatchObject({ status: 'retry', error: { code: 'NOT_REACHED' } });
});

test('headers that would change where the message ends are left out', async () => {
  handle = answer(200, {});
  const headers = { Host: 'evil', 'Content-Length': '99', 'Transfer-Encoding': 'chunked' };
  await run('/', { spec: { method: 'POST', body: 'abc', headers } });
  expect(requests[0]?.headers).toMatchObject({
    host: `oven.test:${port}`,
    'content-length': '3',
  });
  expect(requests[0]?.headers).not.toHaveProperty('transfer-encoding');
});

test('a halt ends a request that is on', async () => {
  const stop = new AbortController();
  handle = () => stop.abort();
  expect(await run('/', { signal: stop.signal })).toMatchObject({ status: 'unknown' });
});
