import { textReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SUPER_TOKEN, type System, startSystem } from './support/system.ts';

const gate = Promise.withResolvers<void>();
let system: System;

beforeAll(async () => {
  system = await startSystem({
    workers: 0,
    brainEnv: { MAX_RUNS: '2' },
    script: async () => {
      await gate.promise;
      return textReply('done');
    },
  });
});
afterAll(() => system[Symbol.asyncDispose]());

async function ask(user: string, onBusy: 'queue' | 'reject'): Promise<number> {
  const body = { message: 'hello', user_id: user, on_busy: onBusy };
  const headers = { Authorization: `Bearer ${SUPER_TOKEN}` };
  return (await system.post('/api/v1/chat', body, headers)).status;
}

test('what runs and what waits are together no more than MAX_RUNS', async () => {
  const running = ask('gary', 'reject');
  await system.model.waitForRequest(1);
  const waiting = ask('gary', 'queue');
  await expect
    .poll(() => system.query(`SELECT 1 FROM run WHERE status = 'queued'`))
    .toHaveLength(1);
  expect(await ask('gary', 'queue')).toBe(503);
  expect(await ask('walter', 'reject')).toBe(503);
  gate.resolve();
  expect(await Promise.all([running, waiting])).toEqual([200, expect.any(Number)]);
  await expect.poll(() => ask('walter', 'reject')).toBe(200);
});
