import { expect, test } from 'vitest';
import { OWNER_TOKEN, SUPER_TOKEN, startSystem } from './support/system.ts';

test('a user that asks too often is told when to come again; a super credential never is', async () => {
  await using system = await startSystem({
    workers: 0,
    brainEnv: { USER_REQUESTS_PER_MINUTE: '3' },
  });
  const ask = (token: string): Promise<Response> =>
    system.get('/api/v1/runs?org=home', { Authorization: `Bearer ${token}` });
  const answers = [];
  for (let i = 0; i < 4; i++) answers.push(await ask(OWNER_TOKEN));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  const [refused] = answers.slice(-1);
  expect(await refused?.json()).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED' });
  const seconds = Number(refused?.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(60);
  for (let i = 0; i < 4; i++) expect((await ask(SUPER_TOKEN)).status).toBe(200);
  expect((await system.get('/health')).status).toBe(200);
});

test('the 101st wrong credential of a minute is not even looked at, the right one still is', async () => {
  await using system = await startSystem({ workers: 0 });
  const ask = (token: string): Promise<Response> =>
    system.get('/api/v1/runs', { Authorization: `Bearer ${token}` });
  const wrong = await Promise.all(Array.from({ length: 101 }, (_, i) => ask(`wrong-${i}`)));
  const statuses = wrong.map(({ status }) => status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(100);
  expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  expect((await ask(OWNER_TOKEN)).status).toBe(200);
});
