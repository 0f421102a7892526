import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../../scripts/local/local-port.ts';
import { untilJobEnds } from '../support/job-ends.ts';
import { type System, startSystem } from '../support/system.ts';

let system: System;
let port: number;

beforeAll(async () => {
  port = await findFreePort();
  const env = { HTTP_ALLOW_HOSTS: `127.0.0.1:${port}` };
  system = await startSystem({ brainEnv: env, workerEnv: env });
});
afterAll(() => system[Symbol.asyncDispose]());

async function postDead(): Promise<string> {
  const { id } = await system.owner.postJob({ type: 'http', url: `http://127.0.0.1:${port}/` });
  const job = await untilJobEnds(system, id, 15_000);
  expect(job).toMatchObject({ status: 'dead', attempt: 3, error: { code: 'NOT_REACHED' } });
  return id;
}

test('a job whose address answers nobody is tried three times, then dead, listed, and redriven once it is up', async () => {
  const askedAt = performance.now();
  const id = await postDead();
  // The waits are 1 s and 4 s, give or take a fifth.
  expect(performance.now() - askedAt).toBeGreaterThan(3_900);
  expect((await system.owner.listJobs({ status: 'dead' })).data.map((job) => job.id)).toContain(id);
  const server = createServer((_request, response) => response.end('here I am'));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const redriven = await system.owner.redriveJob(id);
  expect(redriven).toMatchObject({ status: 'queued', attempt: 4, error: null });
  expect(await untilJobEnds(system, id)).toMatchObject({
    status: 'completed',
    attempt: 4,
    result: { body: 'here I am' },
  });
  server.close();
  await expect(system.owner.redriveJob(id)).rejects.toMatchObject({
    status: 409,
    body: { code: 'CONFLICT', reason: 'JOB_NOT_DEAD' },
  });
}, 90_000);

test('a dead job that was dismissed leaves the lists, and can still be looked at', async () => {
  const id = await postDead();
  const listed = async (query = {}) =>
    (await system.owner.listJobs(query)).data.some((job) => job.id === id);
  expect(await listed({ status: 'dead' })).toBe(true);
  expect(await system.owner.dismissJob(id)).toMatchObject({ id, status: 'dead' });
  expect(await listed()).toBe(false);
  expect(await listed({ status: 'dead' })).toBe(false);
  expect(await system.owner.getJob(id)).toMatchObject({ status: 'dead' });
}, 90_000);

test('a job that waits for its next attempt can be halted, and does not come back', async () => {
  const { id } = await system.owner.postJob({ type: 'http', url: `http://127.0.0.1:${port}/` });
  await expect.poll(async () => (await system.owner.getJob(id)).attempt).toBe(2);
  expect(await system.owner.haltJob(id)).toMatchObject({ status: 'halted' });
  expect(await system.owner.haltJob(id)).toMatchObject({ status: 'halted' });
  const after = await untilJobEnds(system, id);
  expect(after).toMatchObject({ status: 'halted', error: { code: 'HALTED' } });
}, 90_000);

test('an unknown job is 404 for whatever is done to it', async () => {
  const id = '0190a000-0000-7000-8000-000000000000';
  for (const action of ['redrive', 'dismiss', 'halt'])
    expect((await system.post(`/api/v1/jobs/${id}/${action}`, {})).status).toBe(404);
  const resolve = await system.post(`/api/v1/jobs/${id}/resolve`, { outcome: 'happened' });
  expect(resolve.status).toBe(404);
});
