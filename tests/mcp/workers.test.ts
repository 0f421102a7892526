import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import type { McpAnswer } from '@bakerst/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Service } from '../support/service.ts';
import { type Lab, openLab } from './open-lab.ts';
import { findProcesses, isAlive } from './processes.ts';

type McpReply = Extract<McpAnswer, { status: 'ok' }>;
let lab: Lab;

beforeEach(async () => {
  lab = await openLab({ workers: 2 });
});
afterEach(async () => {
  await lab[Symbol.asyncDispose]();
  // The workers were killed, and their servers end by themselves.
  await expect.poll(() => findProcesses(lab.mark)).toEqual([]);
});

async function idOf(worker: Service | undefined): Promise<string> {
  return String((await worker?.logged('worker ready'))?.['workerId']);
}

/** Of the server that answered. */
function toPid(answer: McpAnswer): number {
  if (answer.status !== 'ok') throw new Error(answer.error.message);
  return Number(answer.text);
}

/** A slow call has reached the server: what it says beside the protocol stands in its worker's log. */
async function untilBegun(): Promise<void> {
  const said = await Promise.any(lab.workers.map((worker) => worker.logged('mcp server said')));
  expect(said).toMatchObject({ line: 'begun', server: 'stubborn' });
}

/** The worker whose child serves, and the others. */
async function findHolder(pid: number): Promise<{ holder: Service; others: Service[] }> {
  const answers = await Promise.all(
    lab.workers.map(async (worker) =>
      lab.call('stubborn', { to: { workerId: await idOf(worker) } }),
    ),
  );
  const isHolder = (_: Service, i: number): boolean => {
    const answer = answers[i];
    return answer?.status === 'ok' && Number(answer.text) === pid;
  };
  const holder = lab.workers.find(isHolder);
  if (holder === undefined) throw new Error('nobody holds the server');
  return { holder, others: lab.workers.filter((worker) => worker !== holder) };
}

test('one worker serves a server, whichever is asked', async () => {
  lab.setZoo('stubborn');
  const answers = await Promise.all(Array.from({ length: 20 }, () => lab.call('stubborn')));
  expect(new Set(answers.map(toPid)).size).toBe(1);
  const ids = await Promise.all(lab.workers.map(idOf));
  const direct = await Promise.all(
    ids.map((workerId) => lab.call('stubborn', { to: { workerId } })),
  );
  expect(direct.map(({ status }) => status).sort()).toEqual(['ok', 'unreached']);
  expect(direct).toContainEqual({
    status: 'unreached',
    error: { code: 'MCP_WORKER_GONE', message: expect.any(String) },
  });
  expect(await lab.discover('stubborn')).toMatchObject({ status: 'ok' });
});

test('a stateless server is served by every worker that is asked', async () => {
  lab.setZoo('stubborn', { stateless: true });
  const ids = await Promise.all(lab.workers.map(idOf));
  const answers = await Promise.all(
    ids.map((workerId) => lab.call('stubborn', { to: { workerId } })),
  );
  expect(new Set(answers.map(toPid)).size).toBe(2);
});

test('the servers of a worker that is killed end with it, and another worker starts them again at once', async () => {
  lab.setZoo('stubborn');
  lab.setZoo('forking');
  const pid = toPid(await lab.call('stubborn'));
  const { holder } = await findHolder(pid);
  const forked = (await lab.call('forking', { to: { workerId: await idOf(holder) } })) as McpReply;
  await holder.end('SIGKILL');
  const startedAt = performance.now();
  const next = toPid(await lab.call('stubborn'));
  expect(next).not.toBe(pid);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  const pids = [pid, ...forked.text.split(' ').map(Number)];
  await expect.poll(() => pids.filter(isAlive)).toEqual([]);
});

test('a worker that hangs loses its servers when its lease ends, and lets go of them when it wakes up', async () => {
  lab.setZoo('stubborn');
  const pid = toPid(await lab.call('stubborn'));
  const { holder, others } = await findHolder(pid);
  const to = { workerId: await idOf(others[0]) };
  holder.signal('SIGSTOP');
  const startedAt = performance.now();
  await expect
    .poll(() => lab.call('stubborn', { to }), { timeout: 30_000, interval: 500 })
    .toMatchObject({ status: 'ok' });
  expect(performance.now() - startedAt).toBeGreaterThan(9_000);
  holder.signal('SIGCONT');
  await expect.poll(() => isAlive(pid)).toBe(false);
  expect(toPid(await lab.call('stubborn', { to }))).not.toBe(pid);
});

test('a worker that stops ends its calls and its servers, and lets others have them', async () => {
  lab.setZoo('stubborn');
  const pid = toPid(await lab.call('stubborn'));
  const { holder } = await findHolder(pid);
  const running = lab.call('stubborn', { args: { ms: 1_500 } });
  await untilBegun();
  const ended = holder.end('SIGTERM');
  expect(toPid(await running)).toBe(pid);
  expect(await ended).toBe(0);
  expect(isAlive(pid)).toBe(false);
  expect(toPid(await lab.call('stubborn'))).not.toBe(pid);
});

test('a worker that stops serves others to the end, and lets go at once of what nobody uses', async () => {
  lab.setZoo('stubborn');
  lab.setZoo('forking');
  const pid = toPid(await lab.call('stubborn'));
  const { holder, others } = await findHolder(pid);
  const to = { workerId: await idOf(others[0]) };
  await lab.call('forking', { to: { workerId: await idOf(holder) } });
  const running = lab.call('stubborn', { args: { ms: 6_000 } });
  await untilBegun();
  const ended = holder.end('SIGTERM');
  await expect
    .poll(() => lab.call('forking', { to }), { timeout: 30_000, interval: 200 })
    .toMatchObject({ status: 'ok' });
  expect(toPid(await lab.call('stubborn', { timeoutMs: 1_500 }))).toBe(pid);
  expect(toPid(await running)).toBe(pid);
  expect(await ended).toBe(0);
});

test('a changed entry gets a new process, and the old one ends with its running calls', async () => {
  lab.setZoo('stubborn');
  const pid = toPid(await lab.call('stubborn'));
  const running = lab.call('stubborn', { args: { ms: 2_000 } });
  await untilBegun();
  lab.setZoo('stubborn');
  const next = toPid(await lab.call('stubborn'));
  expect(next).not.toBe(pid);
  expect(isAlive(pid)).toBe(true);
  expect(toPid(await running)).toBe(pid);
  await expect.poll(() => isAlive(pid)).toBe(false);
  expect(isAlive(next)).toBe(true);
});

test('a server that is removed is ended, and nothing of it is left', async () => {
  lab.setZoo('stubborn');
  const pid = toPid(await lab.call('stubborn'));
  const folder = readlinkSync(`/proc/${pid}/cwd`);
  expect(readdirSync(folder)).toEqual([]);
  lab.set('stubborn', null);
  await expect.poll(() => isAlive(pid)).toBe(false);
  await expect.poll(() => existsSync(folder)).toBe(false);
  expect(await lab.call('stubborn')).toMatchObject({ error: { code: 'MCP_SERVER_OFF' } });
});
