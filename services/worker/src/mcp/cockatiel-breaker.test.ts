import { systemClock } from '@bakerst/kit';
import { expect, test } from 'vitest';
import { createBreaker } from './cockatiel-breaker.ts';
import { McpFault } from './mcp-fault.ts';

const OPEN_MS = 200;
const timedOut = new McpFault({ code: 'MCP_TIMEOUT', status: 'unknown' }, 'no answer');
const fail = (): Promise<never> => Promise.reject(timedOut);

async function openBreaker() {
  const guard = createBreaker(OPEN_MS);
  for (let time = 0; time < 3; time++) await expect(guard(fail)).rejects.toBe(timedOut);
  await expect(guard(async () => 'fresh')).rejects.toMatchObject({ code: 'MCP_BREAKER_OPEN' });
  return guard;
}

test('after three failures nothing gets through; a while later one does, and closes it', async () => {
  const guard = await openBreaker();
  await systemClock.sleep(OPEN_MS + 20);
  expect(await guard(async () => 'fresh')).toBe('fresh');
  expect(await guard(async () => 'fresh')).toBe('fresh');
});

test('one that fails again keeps it open', async () => {
  const guard = await openBreaker();
  await systemClock.sleep(OPEN_MS + 20);
  await expect(guard(fail)).rejects.toBe(timedOut);
  await expect(guard(fail)).rejects.toMatchObject({ code: 'MCP_BREAKER_OPEN' });
});

test('a success in between begins the count anew', async () => {
  const guard = createBreaker(OPEN_MS);
  for (let round = 0; round < 3; round++) {
    await expect(guard(fail)).rejects.toBe(timedOut);
    await expect(guard(fail)).rejects.toBe(timedOut);
    expect(await guard(async () => 'fresh')).toBe('fresh');
  }
});

test('what does not speak against the server does not count', async () => {
  const guard = createBreaker(OPEN_MS);
  const refused = new McpFault({ code: 'MCP_PROTOCOL_ERROR', status: 'failed' }, 'no such tool', {
    isHarmless: true,
  });
  for (let time = 0; time < 5; time++)
    await expect(guard(() => Promise.reject(refused))).rejects.toBe(refused);
  expect(await guard(async () => 'fresh')).toBe('fresh');
});
