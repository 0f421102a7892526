import { expect, test } from 'vitest';
import { DONE, RETRY } from './job-state-testing.ts';
import { gary, openTestQueue } from './sqlite-job-queue-testing.ts';

const HOUR = 3_600_000;

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

test('a job that waits for its next attempt does not wait for a clock that was set back', async () => {
  using jobs = openTestQueue();
  const id = await jobs.post('http');
  await jobs.send();
  await jobs.tell(id, RETRY);
  expect(jobs.queue.listNext()).toEqual([]);
  jobs.run(`UPDATE job SET not_before = not_before + ${2 * HOUR}`);
  expect(jobs.queue.listNext()).toMatchObject([{ id }]);
});

test('a job is looked for in the work queue a while after its posting, and also if the clock was set back', async () => {
  using jobs = openTestQueue();
  const id = await jobs.post('http');
  await jobs.send();
  const look = () => jobs.queue.listPublished(jobs.clock.now() - 5_000, 0).found;
  expect(look()).toEqual([]);
  jobs.run(`UPDATE job SET created_at = created_at + ${2 * HOUR}`);
  expect(look()).toMatchObject([{ job: { id } }]);
});

test('a message that was given up ends the job of its attempt, and none that is tried anew', async () => {
  using jobs = openTestQueue();
  const jobId = await jobs.post('http');
  await jobs.send();
  const old = { jobId, attempt: 1 };
  expect(await jobs.queue.noteGivenUp(old)).toMatchObject({ job: { status: 'dead' } });
  await jobs.actions.redrive(gary, jobId);
  await jobs.send();
  expect(await jobs.queue.noteGivenUp(old)).toBeUndefined();
  expect(await jobs.queue.noteGivenUp({ jobId, attempt: 2 })).toMatchObject({
    job: { status: 'dead', error: { code: 'WORKER_LOST' } },
  });
});
