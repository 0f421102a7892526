import { expect, test } from 'vitest';
import { DONE } from './job-state-testing.ts';
import { openTestQueue } from './sqlite-job-queue-testing.ts';

test('code that waited for another kind of its key does not become the third of its user that is out', async () => {
  using jobs = openTestQueue();
  const first = await jobs.post('http', 'oven');
  const behind = await jobs.post('code', 'oven');
  const out = [await jobs.post('code'), await jobs.post('code')] as const;
  const last = await jobs.post('code');
  expect(await jobs.send()).toEqual([first, ...out]);
  await jobs.tell(first, DONE);
  expect(await jobs.send()).toEqual([]);
  await jobs.tell(out[0], DONE);
  expect(await jobs.send()).toEqual([behind]);
  await jobs.tell(out[1], DONE);
  expect(await jobs.send()).toEqual([last]);
});
