import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type KeptNatsServer, keepNatsServer } from '../../scripts/nats/keep-nats-server.ts';
import { type Lab, openLab } from './open-lab.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'bakerst-permissions-'));
let nats: KeptNatsServer;
let lab: Lab;

beforeAll(async () => {
  mkdirSync(join(dataDir, 'logs'));
  nats = await keepNatsServer({ program: inject('natsServer'), dataDir, say: () => undefined });
  const urls = { brain: nats.urlFor('brain'), worker: nats.urlFor('worker') };
  lab = await openLab({ workers: 2, nats: urls });
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await nats[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

test('with the rights that a worker has it holds servers, passes calls on and tells of changes', async () => {
  lab.setZoo('stubborn');
  lab.setZoo('changing');
  const answers = await Promise.all(Array.from({ length: 20 }, () => lab.call('stubborn')));
  expect(new Set(answers.map((answer) => answer.status === 'ok' && answer.text)).size).toBe(1);
  expect(await lab.discover('stubborn')).toMatchObject({ status: 'ok' });
  expect(await lab.call('changing')).toMatchObject({ status: 'ok' });
  await expect
    .poll(() => lab.changes)
    .toContainEqual({
      org: 'home',
      server: 'changing',
      what: 'tools',
    });
  // Those that stop give their lease back, or the next one would wait for its end.
  await lab.workers[0]?.end('SIGTERM');
  expect(await lab.call('stubborn', { timeoutMs: 5_000 })).toMatchObject({ status: 'ok' });
  const lines = lab.workers.flatMap((worker) => worker.lines);
  expect(lines.filter((line) => /violation|not released|not renewed/i.test(line))).toEqual([]);
});
