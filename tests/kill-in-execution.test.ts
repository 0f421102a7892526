import { byTurn, textReply, toolReply } from '@bakerst/offline-model';
import { expect, test } from 'vitest';
import { type System, startSystem } from './support/system.ts';

/** Busy for a second or two, then a value that only the whole loop gives. */
const SLOW_CODE = 'let odd = 0; for (let i = 0; i < 2e9; i++) odd += i & 1; return odd';

const SCRIPT = byTurn([toolReply('execute_code', { code: SLOW_CODE }), textReply('Counted.')]);

async function startRun(system: System): Promise<string> {
  const response = await system.post('/api/v1/chat/stream', { message: 'count the odd numbers' });
  await response.body?.cancel();
  return response.headers.get('X-Run-Id') ?? '';
}

async function jobIsRunning(system: System): Promise<void> {
  await expect.poll(() => system.query('SELECT status FROM job')[0]?.['status']).toBe('running');
}

async function expectAnsweredOnce(system: System, runId: string): Promise<void> {
  await expect
    .poll(() => system.query('SELECT status FROM run WHERE id = ?', runId)[0]?.['status'], {
      timeout: 30_000,
    })
    .toBe('completed');
  const [job] = system.query('SELECT result, status FROM job');
  expect(job?.['status']).toBe('completed');
  expect(JSON.parse(String(job?.['result']))).toMatchObject({ ok: true, value: 1e9 });
  expect(system.query('SELECT 1 FROM job')).toHaveLength(1);
  expect(system.query(`SELECT content FROM message WHERE role = 'assistant'`)).toEqual([
    { content: 'Counted.' },
  ]);
  expect(system.model.requests).toHaveLength(2);
}

test('a worker killed in the middle of an execution is replaced, and the run ends with the right answer', async () => {
  await using system = await startSystem({
    script: SCRIPT,
    brainEnv: { JOB_ACK_WAIT_MS: '1000' },
    workerEnv: { JOB_ACK_WAIT_MS: '1000' },
  });
  const runId = await startRun(system);
  await jobIsRunning(system);
  await system.workers[0]?.end('SIGKILL');
  await system.startWorker();
  await expectAnsweredOnce(system, runId);
  const run = await system.owner.getRun(runId);
  expect(run).toMatchObject({ status: 'completed', answer: 'Counted.' });
  expect(system.query('SELECT attempt FROM job')).toEqual([{ attempt: 2 }]);
}, 90_000);

test('a brain killed in the middle of an execution goes on with the result of that execution', async () => {
  await using system = await startSystem({ script: SCRIPT });
  const runId = await startRun(system);
  await jobIsRunning(system);
  await system.brain.end('SIGKILL');
  await system.restartBrain();
  await expectAnsweredOnce(system, runId);
  expect(system.query('SELECT attempt FROM job')).toEqual([{ attempt: 1 }]);
}, 90_000);

test('a result that no brain was there to take waits for one', async () => {
  await using system = await startSystem({ script: SCRIPT, workerEnv: { LOG_LEVEL: 'debug' } });
  const runId = await startRun(system);
  // The row alone may say so before the worker knows that it may begin.
  await system.workers[0]?.logged('job begun');
  await system.brain.end('SIGKILL');
  await system.workers[0]?.logged('job finished');
  await system.restartBrain();
  await expectAnsweredOnce(system, runId);
}, 90_000);

test('a worker that is told to stop lets its job end first', async () => {
  await using system = await startSystem({ script: SCRIPT, workers: 2 });
  const runId = await startRun(system);
  await jobIsRunning(system);
  const [job] = system.query('SELECT worker_id FROM job');
  const holder = system.workers.find(({ lines }) =>
    lines.some((line) => line.includes(String(job?.['worker_id']))),
  );
  expect(await holder?.end('SIGTERM')).toBe(0);
  await expectAnsweredOnce(system, runId);
}, 90_000);

test('a halt ends the execution, and the run says that it was stopped', async () => {
  await using system = await startSystem({
    script: byTurn([toolReply('execute_code', { code: 'for (;;);' }), textReply('never')]),
  });
  const runId = await startRun(system);
  await jobIsRunning(system);
  const haltedAt = performance.now();
  await system.owner.haltRun(runId);
  await expect.poll(async () => (await system.owner.getRun(runId)).status).toBe('halted');
  await system.workers[0]?.logged('job finished');
  expect(performance.now() - haltedAt).toBeLessThan(20_000);
  expect(await system.owner.getRun(runId)).toMatchObject({
    answer: 'Stopped.',
    notice: { code: 'HALTED' },
  });
  expect(system.query('SELECT status FROM job')).toEqual([{ status: 'halted' }]);
  expect(system.model.requests).toHaveLength(1);
  // The lock is free: the next message is taken.
  expect((await system.post('/api/v1/chat/stream', { message: 'again' })).status).toBe(200);
}, 90_000);
