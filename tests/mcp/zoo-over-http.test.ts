import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lab, openLab, SMALL_HEAP } from './open-lab.ts';
import { readMemoryMb } from './processes.ts';
import { type HttpZoo, openHttpZoo } from './zoo/http-zoo.ts';

let lab: Lab;
let web: HttpZoo;
/** Of the worker, once it has all that it needs. */
let memoryMb: number;

beforeAll(async () => {
  web = await openHttpZoo();
  lab = await openLab({ workerEnv: { HTTP_ALLOW_HOSTS: web.host, ...SMALL_HEAP } });
  setWeb('forgetful');
  await Promise.all(Array.from({ length: 20 }, () => lab.discover('forgetful')));
  memoryMb = readWorkerMb();
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await web[Symbol.asyncDispose]();
});

function readWorkerMb(): number {
  return readMemoryMb(lab.workers[0]?.pid ?? 0);
}

function setWeb(species: Parameters<HttpZoo['urlOf']>[0]): void {
  lab.set(species, {
    transport: 'streamable-http',
    url: web.urlOf(species),
    authToken: 'token-of-the-zoo',
  });
}

test('HTML instead of JSON is no answer of the protocol', async () => {
  setWeb('html');
  expect(await lab.call('html')).toMatchObject({
    status: 'failed',
    error: { code: 'MCP_PROTOCOL_ERROR' },
  });
});

test('a 401 is not followed to where it leads, and the token is sent to the server alone', async () => {
  setWeb('unauthorized');
  expect(await lab.discover('unauthorized')).toMatchObject({
    status: 'error',
    error: { code: 'MCP_AUTH' },
  });
  expect(await lab.call('unauthorized')).toMatchObject({
    status: 'failed',
    error: { code: 'MCP_AUTH' },
  });
  const paths = web.seen
    .map(({ path }) => path)
    .filter((path) => !['/forgetful', '/html'].includes(path));
  expect([...new Set(paths)]).toEqual(['/unauthorized']);
  expect(web.seen.at(-1)?.authorization).toBe('Bearer token-of-the-zoo');
});

test.each([
  ['huge-json', 'failed', 'MCP_RESPONSE_TOO_LARGE'],
  ['huge-events', 'failed', 'MCP_RESPONSE_TOO_LARGE'],
  ['wrong-id', 'unknown', 'MCP_PROTOCOL_ERROR'],
  ['breaking-off', 'unknown', 'MCP_UNREACHABLE'],
  ['never-ending', 'unknown', 'MCP_TIMEOUT'],
  ['redirecting', 'failed', 'URL_NOT_ALLOWED'],
  ['deep', 'failed', 'MCP_PROTOCOL_ERROR'],
  ['failing', 'unknown', 'MCP_UNREACHABLE'],
] as const)('over HTTP, %s is %s with %s', async (species, status, code) => {
  setWeb(species);
  const startedAt = performance.now();
  expect(await lab.call(species, { timeoutMs: 3_000 })).toMatchObject({ status, error: { code } });
  if (code !== 'MCP_TIMEOUT') expect(performance.now() - startedAt).toBeLessThan(2_500);
});

test.each([
  ['restless', 4],
  ['wordy', 1],
] as const)('a stream of a %s server is not opened again and again', async (species, times) => {
  setWeb(species);
  expect(await lab.call(species)).toMatchObject({ status: 'ok', text: 'here' });
  expect(await lab.call('never-ending', { timeoutMs: 2_000 })).toMatchObject({ status: 'unknown' });
  const opened = web.seen.filter(({ path, method }) => path === `/${species}` && method === 'GET');
  expect(opened.length).toBeGreaterThan(0);
  expect(opened.length).toBeLessThanOrEqual(times);
});

test('a server that has forgotten the session is called again in a new one', async () => {
  setWeb('forgetful');
  expect(await lab.call('forgetful')).toMatchObject({ status: 'ok', text: 'session-2' });
});

test.each([
  ['http://127.0.0.1:1/mcp', 'failed', 'URL_NOT_ALLOWED'],
  ['http://[::7f00:1]/mcp', 'failed', 'URL_NOT_ALLOWED'],
  ['file:///etc/passwd', 'failed', 'URL_NOT_ALLOWED'],
] as const)('nothing is sent to %s', async (url, status, code) => {
  lab.set('own', { transport: 'streamable-http', url });
  expect(await lab.call('own')).toMatchObject({ status, error: { code } });
});

test('after the zoo the worker weighs about as much as before', async () => {
  await expect.poll(() => readWorkerMb() - memoryMb).toBeLessThan(20);
  const figures = [memoryMb, readWorkerMb()].map((each) => each.toFixed(1)).join(' MB, after it ');
  process.stdout.write(`worker before the zoo over HTTP: ${figures} MB\n`);
});
