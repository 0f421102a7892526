import { mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeCheckout } from '../testing/make-checkout.ts';
import { untilGroupIsGone } from '../testing/processes-in-group.ts';

// Processes are started; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 30_000 });

test('a first start installs what is missing, a second one finds it and says nothing', async () => {
  const checkout = makeCheckout();
  await using first = checkout.bootstrap();
  expect(await first.exited).toBe(0);
  await using second = checkout.bootstrap();
  expect(await second.exited).toBe(0);
  expect(checkout.calls()).toEqual(['npm ci', 'pnpm install']);
  expect(second.output()).toBe('');
  expect(readlinkSync(join(checkout.root, '.cache/bin/node'))).toBe(process.execPath);
});

test('a changed lockfile installs the packages again, and nothing else', async () => {
  const checkout = makeCheckout();
  await using first = checkout.bootstrap();
  await first.exited;
  writeFileSync(join(checkout.root, 'pnpm-lock.yaml'), 'changed');
  await using second = checkout.bootstrap();
  expect(await second.exited).toBe(0);
  expect(checkout.calls()).toEqual(['npm ci', 'pnpm install', 'pnpm install']);
});

test('of two first starts at once, one installs and the other waits for it', async () => {
  const checkout = makeCheckout();
  await using one = checkout.bootstrap();
  await using other = checkout.bootstrap();
  expect([await one.exited, await other.exited]).toEqual([0, 0]);
  expect(checkout.calls()).toEqual(['npm ci', 'pnpm install']);
});

test('the lock of a start that was killed is taken over', async () => {
  const checkout = makeCheckout();
  const lock = join(checkout.root, '.cache/install.lock');
  mkdirSync(lock, { recursive: true });
  // No process of Linux or macOS ever has this number.
  writeFileSync(join(lock, '99999999'), '');
  await using program = checkout.bootstrap();
  expect(await program.exited).toBe(0);
});

test.each([
  [
    'npm error code ENOTFOUND\nnpm error request to https://npm.gary.example failed',
    /cannot be reached/,
  ],
  [
    'npm error code SELF_SIGNED_CERT_IN_CHAIN\nnpm error request to https://npm.gary.example failed',
    /NODE_EXTRA_CA_CERTS/,
  ],
  ['npm error code ENOSPC', /the disk is full/],
  ['npm error code E401\nnpm error 401 Unauthorized', /refuses you/],
  ['npm error something new at https://npm.gary.example/zod', /something new at <address>/],
])('npm that says %j is explained, without the name of its registry', async (said, sentence) => {
  const checkout = makeCheckout();
  await using program = checkout.bootstrap(said);
  expect(await program.exited).toBe(1);
  expect(program.output()).toMatch(sentence);
  expect(program.output()).not.toContain('gary.example');
});

test.each(['SIGTERM', 'SIGKILL'] as const)(
  '%s of the shell that npm started ends an installation, and the next start does it again',
  async (signal) => {
    const checkout = makeCheckout();
    await using cut = checkout.bootstrap('hang');
    await expect.poll(checkout.calls).toEqual(['npm ci']);
    process.kill(cut.pid, signal);
    await untilGroupIsGone(cut.pid, 3000);
    await using next = checkout.bootstrap();
    expect(await next.exited).toBe(0);
    expect(checkout.calls()).toEqual(['npm ci', 'npm ci', 'pnpm install']);
  },
);

test('Ctrl-C ends an installation', async () => {
  const checkout = makeCheckout();
  await using program = checkout.bootstrap('hang');
  await expect.poll(checkout.calls).toEqual(['npm ci']);
  program.signalGroup('SIGINT');
  await untilGroupIsGone(program.pid, 3000);
});
