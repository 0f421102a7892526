import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { byTurn, textReply, toolReply } from '@bakerst/offline-model';
import { expect, test } from 'vitest';
import { startSystem } from './support/system.ts';

test.each(['kept', 'empty'] as const)(
  'without NATS a chat is answered with 503 in time; with it back, its store %s, everything works without a restart',
  async (store) => {
    await using system = await startSystem();
    expect((await system.post('/api/v1/chat', { message: 'what is 1 + 1?' })).status).toBe(200);
    await system.nats.kill();
    const askedAt = performance.now();
    const refused = await system.post('/api/v1/chat', { message: 'what is 2 + 2?' });
    expect(performance.now() - askedAt).toBeLessThan(15_000);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    // What needs no NATS is there all the time, and readiness does not depend on it.
    expect((await system.owner.listHistory('home', 'owner')).total_count).toBe(1);
    expect((await system.get('/readyz')).status).toBe(200);
    await system.startNatsAgain(store);
    await expect
      .poll(async () => (await system.post('/api/v1/chat', { message: 'what is 3 + 3?' })).status, {
        timeout: 30_000,
        interval: 100,
      })
      .toBe(200);
    const { entries } = await system.owner.listHistory('home', 'owner');
    expect(entries.at(-1)?.assistant_response).toContain('6');
    expect(system.query(`SELECT 1 FROM run WHERE status <> 'completed'`)).toEqual([]);
  },
  90_000,
);

test('a run that was under way when NATS went away is answered once it is back', async () => {
  await using system = await startSystem({
    script: byTurn([
      toolReply('execute_code', {
        code: 'let n = 0; for (let i = 0; i < 1e9; i++) n += i & 1; return n',
      }),
      textReply('counted'),
    ]),
    brainEnv: { LOCK_LEASE_MS: '5000' },
  });
  const response = await system.post('/api/v1/chat/stream', { message: 'count' });
  const text = response.text();
  await system.model.waitForRequest(1);
  await system.nats.kill();
  await system.startNatsAgain('kept');
  expect(await text).toContain('"responses":["counted"]');
}, 90_000);

test('two messages of a new user that wait for NATS open one conversation', async () => {
  await using system = await startSystem({ workers: 0, script: () => textReply('here') });
  await system.nats.kill();
  const ask = async (message: string): Promise<Response> =>
    await system.post('/api/v1/chat', { message, on_busy: 'queue' });
  const answers = await Promise.all(['one', 'two', 'three'].map(ask));
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  expect(system.query('SELECT count(*) AS n FROM conversation')).toEqual([{ n: 1 }]);
  await system.startNatsAgain('kept');
  await expect
    .poll(() => system.query(`SELECT 1 FROM run WHERE status = 'completed'`).length, {
      timeout: 30_000,
    })
    .toBe(3);
}, 90_000);

test('a message that may wait is taken while other brains know of newer locks', async () => {
  await using system = await startSystem({ workers: 0, script: () => textReply('here') });
  const ask = async (on_busy: string): Promise<number> =>
    (await system.post('/api/v1/chat', { message: 'hello', on_busy })).status;
  expect(await ask('reject')).toBe(200);
  // As a brain does that has seen the new bucket before this one looked.
  const noteNewer = (): void => {
    using db = new DatabaseSync(join(system.dataDir, 'bakerst.db'));
    db.exec(`UPDATE meta SET value = value + 1 WHERE key = 'locks_incarnation';
             UPDATE fence SET incarnation = incarnation + 1, revision = 1`);
  };
  noteNewer();
  expect(await ask('queue')).toBe(202);
  await expect.poll(() => ask('reject'), { timeout: 30_000, interval: 100 }).toBe(200);
  expect(system.query(`SELECT 1 FROM run WHERE status <> 'completed'`)).toEqual([]);
}, 60_000);
