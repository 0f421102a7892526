import { expect, test } from 'vitest';
import { busyCode } from '../support/busy-code.ts';
import { untilJobEnds, untilJobIs } from '../support/job-ends.ts';
import { appendLine, endAppending, makeOperatingSystem } from '../support/operating-system.ts';
import { startSystem } from '../support/system.ts';

const SLOW = `${busyCode(2_000)} return 1`;

test('jobs that were in a queue that is lost are executed all the same', async () => {
  await using system = await startSystem({ workers: 0 });
  const jobs = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      system.owner.postJob({ type: 'code', code: `return ${i}` }),
    ),
  );
  await untilJobIs(system, 'dispatched');
  await system.nats.kill();
  await system.startNatsAgain('empty');
  await system.startWorker();
  const ended = await Promise.all(jobs.map(({ id }) => untilJobEnds(system, id, 60_000)));
  expect(ended.map(({ status }) => status)).toEqual(Array(20).fill('completed'));
  const told = () => system.brain.lines.filter((line) => line.includes('jetstream_lost'));
  await expect.poll(told).toHaveLength(1);
}, 90_000);

test('a job that is being executed when the queue is lost is answered by its worker, or once more', async () => {
  await using system = await startSystem();
  const { id } = await system.owner.postJob({ type: 'code', code: SLOW });
  await untilJobIs(system, 'running');
  await system.nats.kill();
  await system.startNatsAgain('empty');
  expect(await untilJobEnds(system, id, 60_000)).toMatchObject({ status: 'completed' });
}, 90_000);

test('a command that may have acted when the queue was lost is not begun again', async () => {
  const env = { OPERATING_SYSTEM_DIR: makeOperatingSystem() };
  const workerEnv = { ...env, LOG_LEVEL: 'debug' };
  await using system = await startSystem({ brainEnv: env, workerEnv });
  const file = `${env.OPERATING_SYSTEM_DIR}/lines`;
  const command = appendLine(file, 'once', 60_000);
  const { id } = await system.owner.postJob({ type: 'command', command });
  await system.workers[0]?.logged('job begun');
  await system.nats.kill();
  await system.startNatsAgain('empty');
  await untilJobIs(system, 'interrupted');
  endAppending(file);
  // Its worker lives, and its result answers the question.
  await expect
    .poll(async () => (await system.owner.getJob(id)).status, { timeout: 60_000 })
    .toBe('completed');
  expect(system.query('SELECT attempt FROM job')).toEqual([{ attempt: 1 }]);
}, 90_000);

test('one message that is gone from the queue is noticed, and the job sent again', async () => {
  await using system = await startSystem({ workers: 0 });
  const { id } = await system.owner.postJob({ type: 'code', code: 'return "found"' });
  await untilJobIs(system, 'dispatched');
  await system.purgeJobs();
  await system.startWorker();
  expect(await untilJobEnds(system, id, 60_000)).toMatchObject({ status: 'completed', attempt: 2 });
}, 90_000);
