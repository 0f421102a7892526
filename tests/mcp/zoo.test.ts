import { McpLimits } from '@bakerst/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lab, openLab, SMALL_HEAP } from './open-lab.ts';
import { findProcesses, readMemoryMb } from './processes.ts';

const zooNames = new Set<string>();
const MIB = 1024 * 1024;
/** Of a result over standard streams, beside its one text. */
const ENVELOPE_BYTES = JSON.stringify({
  jsonrpc: '2.0',
  id: 10,
  result: { content: [{ type: 'text', text: '' }] },
}).length;

let lab: Lab;
/** Of the worker, once it has all that it needs, and has taken some large answers. */
let memoryMb: number;

beforeAll(async () => {
  lab = await openLab({ workerEnv: SMALL_HEAP });
  setZoo('huge');
  const large = { args: { bytes: MIB / 2 } };
  await Promise.all(Array.from({ length: 5 }, () => lab.call('huge', large)));
  memoryMb = readWorkerMb();
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

function readWorkerMb(): number {
  return readMemoryMb(lab.workers[0]?.pid ?? 0);
}

function setZoo(name: string): void {
  zooNames.add(name);
  lab.setZoo(name);
}

test('a server that never answers is unhealthy within the time of a discovery', async () => {
  setZoo('silent');
  const startedAt = performance.now();
  const found = await lab.discover('silent');
  expect(found).toMatchObject({ status: 'error', error: { code: 'MCP_TIMEOUT' } });
  expect(performance.now() - startedAt).toBeLessThan(McpLimits.discoveryMs + 1_500);
});

test('a call that never ends is called off at its time limit, and its outcome is unknown', async () => {
  setZoo('endless');
  expect(await lab.call('endless', { timeoutMs: 3_000 })).toMatchObject({
    status: 'unknown',
    error: { code: 'MCP_TIMEOUT' },
  });
  expect(await lab.call('endless', { tool: 'cancelled' })).toMatchObject({ text: '1' });
});

test('a server that floods is killed', async () => {
  setZoo('flooding');
  const before = findProcesses(lab.mark);
  expect(await lab.call('flooding')).toMatchObject({
    status: 'unknown',
    error: { code: 'MCP_RESPONSE_TOO_LARGE' },
  });
  await expect.poll(() => findProcesses(lab.mark)).toEqual(before);
});

test('a server that crashes in the middle of a call leaves its outcome unknown, and is started again', async () => {
  setZoo('crashing');
  for (let time = 0; time < 2; time++)
    expect(await lab.call('crashing')).toEqual({
      status: 'unknown',
      error: {
        code: 'MCP_SERVER_CRASHED',
        message: 'the process of the server has ended with exit code 3',
      },
    });
});

test('after three failures in a row a server is left alone', async () => {
  expect(await lab.call('crashing')).toMatchObject({ error: { code: 'MCP_SERVER_CRASHED' } });
  expect(await lab.call('crashing')).toMatchObject({
    status: 'failed',
    error: { code: 'MCP_BREAKER_OPEN' },
  });
});

test('of tools with names and schemas that are not what they should be, the good ones are left', async () => {
  setZoo('lying');
  const found = await lab.discover('lying');
  if (found.status !== 'ok') throw new Error(found.error.message);
  expect(found.tools.map(({ name }) => name)).toEqual(['go', 'hinted']);
  const [go, hinted] = found.tools;
  expect(Buffer.byteLength(go?.description ?? '')).toBeLessThanOrEqual(2_048);
  expect(go?.description).toMatch(/ word…$/);
  expect(hinted?.annotations).toEqual({ readOnlyHint: true });
  expect(found.warnings).toHaveLength(9);
  expect(found.warnings.join('')).toMatch(/^[\x20-\x7e]*$/);
});

test('an answer under the id of another call answers nobody', async () => {
  expect(await lab.call('lying', { timeoutMs: 3_000 })).toMatchObject({
    status: 'unknown',
    error: { code: 'MCP_TIMEOUT' },
  });
});

test('a server that says that its tools have changed is told of once', async () => {
  setZoo('changing');
  expect(await lab.call('changing')).toMatchObject({ status: 'ok' });
  await expect.poll(() => lab.changes.filter(({ what }) => what === 'tools')).toHaveLength(1);
  expect(lab.changes.at(-1)).toEqual({ org: 'home', server: 'changing', what: 'tools' });
  const found = await lab.discover('changing');
  expect(found.status === 'ok' && found.tools.map(({ name }) => name)).toEqual(['go', 'go-1']);
});

test('an answer of 1 MiB is taken, one byte more is not, and the server goes on', async () => {
  const asked = lab.asked('huge');
  const fits = McpLimits.answerBytes - ENVELOPE_BYTES;
  expect(await lab.call('huge', { args: { bytes: fits - 10 } })).toMatchObject({ status: 'ok' });
  expect(await lab.call('huge', { args: { bytes: fits + 10 } })).toMatchObject({
    status: 'failed',
    error: { code: 'MCP_RESPONSE_TOO_LARGE' },
  });
  expect(await lab.call('huge', { args: { bytes: 3 } })).toMatchObject({ text: 'xxx' });
  expect(lab.asked('huge')).toBe(asked);
});

test('an answer of 50 MB is never held, and ends the server', async () => {
  const before = readWorkerMb();
  expect(await lab.call('huge', { args: { bytes: 50 * MIB } })).toMatchObject({
    status: 'failed',
    error: { code: 'MCP_RESPONSE_TOO_LARGE' },
  });
  expect(readWorkerMb() - before).toBeLessThan(40);
});

test.each([
  [150, 'ok'],
  [50_000, 'failed'],
])('an answer nested %i deep is %s', async (levels, status) => {
  expect(await lab.call('huge', { args: { levels } })).toMatchObject({ status });
});

test('all that a server has started ends with it, wherever it went', async () => {
  const before = findProcesses(lab.mark);
  setZoo('forking');
  const answer = await lab.call('forking');
  const pids = answer.status === 'ok' ? answer.text.split(' ').map(Number) : [];
  expect(pids).toHaveLength(3);
  // The guard and its watch, the server, and the three that it started; one of those has a child, and ends.
  await expect.poll(() => findProcesses(lab.mark).length - before.length).toBeGreaterThan(5);
  lab.set('forking', null);
  await expect.poll(() => findProcesses(lab.mark)).toEqual(before);
});

test('a program that is not there, and a server that is off, are told apart', async () => {
  lab.set('missing', { transport: 'stdio', command: 'no-such-baker', args: [], env: {} });
  expect(await lab.call('missing')).toMatchObject({
    status: 'unreached',
    error: { code: 'MCP_UNREACHABLE' },
  });
  expect(await lab.call('off')).toMatchObject({
    status: 'failed',
    error: { code: 'MCP_SERVER_OFF' },
  });
});

test('after the zoo no process is left, and the worker weighs about as much as before', async () => {
  for (const name of zooNames) lab.set(name, null);
  await expect.poll(() => findProcesses(lab.mark)).toEqual([]);
  await expect.poll(() => readWorkerMb() - memoryMb).toBeLessThan(20);
  const figures = [memoryMb, readWorkerMb()].map((each) => each.toFixed(1)).join(' MB, after it ');
  process.stdout.write(`worker before the zoo: ${figures} MB\n`);
});
