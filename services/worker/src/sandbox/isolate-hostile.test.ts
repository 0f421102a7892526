import { SandboxLimits } from '@bakerst/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOSTILE_ROWS, timeoutOf } from './hostile-testing.ts';
import { openTestSandbox, type TestSandbox } from './isolate-testing.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openTestSandbox();
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
});

test.each(HOSTILE_ROWS)('$row ends with $codes', async (row) => {
  const { source, codes, message } = row;
  const timeoutMs = timeoutOf(row);
  const envelope = await sandbox.run(source, { timeoutMs });
  expect(envelope.ok ? 'OK' : envelope.code).toSatisfy((code) => codes.includes(code));
  const text = envelope.ok ? '' : envelope.message;
  expect(text.length).toBeLessThanOrEqual(SandboxLimits.messageChars);
  if (message !== undefined) expect(text).toMatch(message);
  expect(envelope.duration_ms).toBeLessThan(timeoutMs + 1_000);
});

test('after all of them the sandbox runs code as before', async () => {
  expect(await sandbox.run('6 * 7')).toMatchObject({ ok: true, value: 42 });
  expect(await sandbox.run('6 * 7', { user: 'alice' })).toMatchObject({ ok: true, value: 42 });
});
