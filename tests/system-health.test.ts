import { replaceStream } from '@bakerst/bus/testing';
import { Streams } from '@bakerst/contracts';
import { textReply } from '@bakerst/offline-model';
import { expect, test, vi } from 'vitest';
import { startSystem } from './support/system.ts';

test('every part is looked at, and what is missing is named', async () => {
  await using system = await startSystem({
    script: () => textReply('hello'),
    workerEnv: { WORKER_KINDS: 'code,http' },
  });
  const read = () => system.owner.systemHealth();
  await system.owner.chat({ message: 'hello' });
  await expect.poll(async () => (await read()).workers.detail).toMatch(/^1 ready/);
  expect(await read()).toEqual({
    status: 'degraded',
    brain: { status: 'ok' },
    channels: { status: 'off' },
    nats: { status: 'ok' },
    qdrant: { status: 'off', detail: 'not configured' },
    memory: {
      status: 'off',
      detail: 'no embedder is configured: facts are found by words alone',
    },
    db: { status: 'ok' },
    model: { status: 'ok' },
    workers: { status: 'degraded', detail: '1 ready, none for command, agent, mcp' },
    prompts: { status: 'ok' },
  });
  await replaceStream(system.nats.url, Streams.advisories, { storage: 'memory' });
  await expect
    .poll(async () => (await read()).nats)
    .toEqual({
      status: 'degraded',
      detail: expect.stringContaining('stream BAKERST_ADVISORIES: storage must be file'),
    });
  await system.nats.kill();
  await system.brain.logged('nats disconnected');
  expect(await read()).toMatchObject({
    status: 'down',
    nats: { status: 'down', detail: 'not connected' },
    db: { status: 'ok' },
  });
  await system.brain.end('SIGTERM');
  const starting = system.restartBrain();
  const readBrain = () =>
    read().then(
      ({ brain }) => brain,
      () => undefined,
    );
  await expect
    .poll(readBrain, { timeout: 30_000, interval: 50 })
    .toEqual({ status: 'degraded', detail: 'starting' });
  await starting;
  expect(await readBrain()).toEqual({ status: 'ok' });
  const response = await system.get('/system/health', { Authorization: '' });
  expect(response.status).toBe(401);
  await response.body?.cancel();
}, 60_000);

test('a frozen NATS is down within three seconds, and a refused key shows', async () => {
  await using system = await startSystem({
    workers: 0,
    script: () => ({ kind: 'refusal', status: 401 }),
  });
  await system.owner.chat({ message: 'hello' }).catch(() => undefined);
  process.kill(system.nats.pid, 'SIGSTOP');
  // A stop takes effect a moment later; until then it may still answer.
  const health = await vi.waitFor(
    async () => {
      const seen = await system.owner.systemHealth();
      expect(seen.nats).toEqual({ status: 'down', detail: 'no answer within 3 s' });
      return seen;
    },
    { timeout: 30_000 },
  );
  process.kill(system.nats.pid, 'SIGCONT');
  expect(health).toMatchObject({
    status: 'down',
    model: { status: 'down', detail: 'it refuses the key' },
  });
  // A worker would have been heard of within ten seconds.
  await expect
    .poll(async () => (await system.owner.systemHealth()).workers)
    .toEqual({ status: 'down', detail: '0 ready' });
}, 60_000);
