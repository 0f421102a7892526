import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNatsServer } from '@bakerst/bus/testing';
import { expect, inject, test } from 'vitest';
import { startService } from './support/service.ts';

/** Whoever is not through by then waits for something that does not come; how fast it is, the bench says. */
const HANGS_MS = 30_000;

const ENV = {
  PORT: '0',
  AUTH_TOKEN: 'a-token-that-is-long-enough-0123456789',
  NATS_URL: 'nats://127.0.0.1:9',
};

function tempDir(): string {
  return mkdtempSync(join(tmpdir(), 'bakerst-'));
}

async function refusalOf(
  name: 'brain' | 'worker',
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly text: string; readonly tookMs: number }> {
  const startedAt = performance.now();
  const service = startService({ name, env });
  const code = await service.exited;
  return { code, text: service.lines.join('\n'), tookMs: performance.now() - startedAt };
}

test.each([
  ['a missing AUTH_TOKEN', { AUTH_TOKEN: '' }, /AUTH_TOKEN must have at least 32 bytes.*openssl/],
  ['a short AUTH_TOKEN', { AUTH_TOKEN: 'short' }, /AUTH_TOKEN must have at least 32 bytes/],
  ['a port that is none', { PORT: '70000' }, /PORT must be a whole number from 0 to 65535/],
  [
    'an AUTH_TOKEN that no header can carry',
    { AUTH_TOKEN: 'a token of many words that is long' },
    /AUTH_TOKEN must be .* without blanks/,
  ],
  [
    'an ANTHROPIC_BASE_URL that is none',
    { ANTHROPIC_BASE_URL: 'foo' },
    /ANTHROPIC_BASE_URL must be a URL/,
  ],
  ['a PUBLIC_URL that is none', { PUBLIC_URL: 'my house' }, /PUBLIC_URL must be a URL/],
  [
    'a SECRETS_KEY that is none',
    { SECRETS_KEY: 'secret' },
    /SECRETS_KEY must be 32 bytes.*openssl/,
  ],
  [
    'a directory without MODELS.json',
    { OPERATING_SYSTEM_DIR: '/nowhere' },
    /MODELS\.json cannot be used/,
  ],
])('%s ends the brain with 78 and a sentence', async (_name, change, sentence) => {
  const refusal = await refusalOf('brain', { ...ENV, BAKERST_DATA_DIR: tempDir(), ...change });
  expect(refusal.code).toBe(78);
  expect(refusal.text).toMatch(sentence);
  expect(refusal.text).not.toContain('    at ');
  expect(refusal.tookMs).toBeLessThan(HANGS_MS);
});

test('a refusal while NATS is being connected ends the brain too', async () => {
  await using nats = await startNatsServer({ binary: inject('natsServer') });
  const dirs = { BAKERST_DATA_DIR: tempDir(), OPERATING_SYSTEM_DIR: '/nowhere' };
  const refusal = await refusalOf('brain', { ...ENV, NATS_URL: nats.url, ...dirs });
  expect(refusal.code).toBe(78);
  expect(refusal.tookMs).toBeLessThan(HANGS_MS);
});

test.each([100, 250, 400, 550, 700])(
  'a worker that is stopped %i ms after its start ends',
  async (ms) => {
    await using nats = await startNatsServer({ binary: inject('natsServer') });
    const worker = startService({ name: 'worker', env: { NATS_URL: nats.url } });
    await new Promise((resolve) => setTimeout(resolve, ms));
    const startedAt = performance.now();
    await worker.end('SIGTERM');
    expect(performance.now() - startedAt).toBeLessThan(HANGS_MS);
  },
);

test('a data directory where nobody can make one is refused', async () => {
  const refusal = await refusalOf('brain', { ...ENV, BAKERST_DATA_DIR: '/proc/bakerst' });
  expect(refusal).toMatchObject({ code: 78, text: expect.stringContaining('BAKERST_DATA_DIR') });
});

test('a data directory that is a file is refused with what to set', async () => {
  const file = join(tempDir(), 'data');
  writeFileSync(file, '');
  const refusal = await refusalOf('brain', { ...ENV, BAKERST_DATA_DIR: file });
  expect(refusal).toMatchObject({ code: 78, text: expect.stringContaining('BAKERST_DATA_DIR') });
});

test('a taken port is refused with another one to take', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const env = { ...ENV, BAKERST_DATA_DIR: tempDir(), PORT: String(port) };
  const refusal = await refusalOf('brain', env);
  taken.close();
  expect(refusal).toMatchObject({ code: 78, text: expect.stringMatching(/taken.*PORT=/) });
});

test('a worker for an unknown kind of job is refused', async () => {
  const refusal = await refusalOf('worker', { ...ENV, WORKER_KINDS: 'code,tea' });
  expect(refusal).toMatchObject({ code: 78, text: expect.stringContaining('WORKER_KINDS') });
});

test('a worker that is told to stop while it waits for NATS ends at once', async () => {
  const worker = startService({ name: 'worker', env: ENV });
  await worker.logged('sandbox process started');
  expect(await worker.end('SIGTERM')).toBe(0);
});

test('a brain that is told to stop while it waits for NATS ends at once', async () => {
  const brain = startService({ name: 'brain', env: { ...ENV, BAKERST_DATA_DIR: tempDir() } });
  await brain.logged('brain listens');
  const toldAt = performance.now();
  expect(await brain.end('SIGTERM')).toBe(0);
  expect(performance.now() - toldAt).toBeLessThan(HANGS_MS);
});

test('a brain without NATS lives, says so, and answers chats with 503', async () => {
  const brain = startService({ name: 'brain', env: { ...ENV, BAKERST_DATA_DIR: tempDir() } });
  const { port } = await brain.logged('brain listens');
  const url = `http://127.0.0.1:${String(port)}`;
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  await brain.logged('brain ready');
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const askedAt = performance.now();
  const chat = await fetch(`${url}/api/v1/chat`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ENV.AUTH_TOKEN}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ message: 'hello', user_id: 'gary' }),
  });
  expect(chat.status).toBe(503);
  expect(chat.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(performance.now() - askedAt).toBeLessThan(HANGS_MS);
  expect(await brain.end('SIGTERM')).toBe(0);
}, 90_000);
