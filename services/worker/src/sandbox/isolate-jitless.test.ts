import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestSandbox, type TestSandbox } from './isolate-testing.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openTestSandbox({ isJitless: true });
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
});

test.each([
  ['code', 'let x = 0; for (let i = 0; i < 1e5; i++) x += i; return x', 4_999_950_000],
  ['regular expressions', '"tea for two".replace(/t(.)/g, "$1t")', 'eta for wto'],
  ['TypeScript', 'const n: number = 6; return n * 7', 42],
  ['time', 'new Date(0).toISOString()', '1970-01-01T00:00:00.000Z'],
])('without a compiler it runs %s', async (_, source, value) => {
  expect(await sandbox.run(source, { timeoutMs: 10_000 })).toMatchObject({ ok: true, value });
});

test('without a compiler a loop without end is stopped all the same', async () => {
  expect(await sandbox.run('for (;;);', { timeoutMs: 300 })).toMatchObject({ code: 'TIMEOUT' });
});

test('without a compiler what is no TypeScript either is refused', async () => {
  expect(await sandbox.run('enum Tea { Green }', { timeoutMs: 10_000 })).toMatchObject({
    code: 'SYNTAX',
  });
});
