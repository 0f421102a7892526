import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UserEvent } from '@bakerst/contracts';
import { byTurn, textReply, toolReply } from '@bakerst/offline-model';
import { expect, test } from 'vitest';
import { untilJobEnds, untilJobIs } from '../support/job-ends.ts';
import { appendLine, endAppending, makeOperatingSystem } from '../support/operating-system.ts';
import { startSystem } from '../support/system.ts';

/** A server that never answers. */
async function openSilentServer() {
  const { promise: asked, resolve: tellAsked } = Promise.withResolvers<void>();
  const server = createServer(() => tellAsked());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/order`,
    asked,
    [Symbol.dispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

test('a job that was halted while it waited is not begun by a worker that comes later and knows of no halt', async () => {
  await using system = await startSystem({ workers: 0 });
  const { id } = await system.owner.postJob({ type: 'code', code: 'console.log("begun")' });
  await untilJobIs(system, 'dispatched');
  expect(await system.owner.haltJob(id)).toMatchObject({ status: 'halted' });
  // What NATS remembers of it is gone: only the row knows.
  await system.brain.end('SIGTERM');
  await system.nats.kill();
  await system.startNatsAgain('kept');
  await system.purgeHalts();
  await system.restartBrain();
  const worker = await system.startWorker();
  const { id: next } = await system.owner.postJob({ type: 'code', code: 'return 2' });
  expect(await untilJobEnds(system, next)).toMatchObject({ status: 'completed' });
  expect(await system.owner.getJob(id)).toMatchObject({ status: 'halted', worker_id: null });
  const begun = worker.lines.filter((line) => line.includes(id) && line.includes('job finished'));
  expect(begun).toEqual([]);
}, 90_000);

test('a halt that NATS could not be told is told by the next brain, though the one that took it was killed', async () => {
  await using system = await startSystem({ workerEnv: { LOG_LEVEL: 'debug' } });
  const { id } = await system.owner.postJob({ type: 'code', code: 'for (;;);' });
  await system.workers[0]?.logged('job begun');
  await system.nats.kill();
  expect(await system.owner.haltJob(id)).toMatchObject({ status: 'halted' });
  await system.brain.end('SIGKILL');
  await system.startNatsAgain('kept');
  await system.restartBrain();
  const finished = await system.workers[0]?.logged('job finished');
  expect(finished).toMatchObject({ jobId: id, status: 'halted' });
}, 90_000);

test('a request that had left when its run was halted is for a person to judge', async () => {
  using server = await openSilentServer();
  const env = { HTTP_ALLOW_HOSTS: new URL(server.url).host };
  await using system = await startSystem({
    brainEnv: env,
    workerEnv: env,
    script: byTurn([
      toolReply('dispatch_job', { type: 'http', method: 'POST', url: server.url }),
      textReply('ordered'),
    ]),
  });
  const seen: UserEvent[] = [];
  const stop = new AbortController();
  const watching = (async () => {
    for await (const event of system.owner.watchEvents({ signal: stop.signal })) seen.push(event);
  })();
  const chat = system.owner.chat({ message: 'order bread' });
  await server.asked;
  const [run] = (await system.owner.listRuns()).data;
  await system.owner.haltRun(run?.id ?? '');
  const [job] = (await system.owner.listJobs()).data;
  expect(job).toMatchObject({ status: 'interrupted', error: { code: 'OUTCOME_UNKNOWN' } });
  expect((await chat).status).toBe('halted');
  const jobStatuses = () => seen.flatMap((event) => (event.type === 'job' ? [event.status] : []));
  await expect.poll(jobStatuses).toContain('interrupted');
  stop.abort();
  await Promise.allSettled([watching]);
}, 90_000);

test('a command that a halt cuts off in the middle is interrupted, and acts once more when a person says so', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'lines');
  const env = { OPERATING_SYSTEM_DIR: makeOperatingSystem() };
  await using system = await startSystem({ brainEnv: env, workerEnv: env });
  const command = appendLine(file, 'bread', 60_000);
  const { id } = await system.owner.postJob({ type: 'command', command });
  await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8')).toContain('bread');
  expect(await system.owner.haltJob(id)).toMatchObject({ status: 'interrupted' });
  // An end of its own would answer the question.
  await system.workers[0]?.logged('job finished');
  endAppending(file);
  const resolved = await system.owner.resolveJob(id, { outcome: 'retry' });
  expect(resolved).toMatchObject({ status: 'queued' });
  expect(await untilJobEnds(system, id)).toMatchObject({ status: 'completed', attempt: 2 });
  expect(readFileSync(file, 'utf8')).toBe('bread\nbread\n');
}, 90_000);

test('halting a message that waits tells its readers that it is halted', async () => {
  await using system = await startSystem({
    workers: 0,
    script: byTurn([toolReply('execute_code', { code: '1' }), textReply('one')]),
  });
  void system.owner.chat({ message: 'first' }).catch(() => undefined);
  await untilJobIs(system, 'dispatched');
  const waiting = await system.post('/api/v1/chat', { message: 'second', on_busy: 'queue' });
  const { run_id: runId } = (await waiting.json()) as { run_id: string };
  const seen: UserEvent[] = [];
  const stop = new AbortController();
  const watching = (async () => {
    for await (const event of system.owner.watchEvents({ signal: stop.signal })) seen.push(event);
  })();
  await expect.poll(() => seen[0]?.type).toBe('hello');
  expect(await system.owner.haltRun(runId)).toMatchObject({ status: 'halted' });
  await expect
    .poll(() => seen)
    .toContainEqual(expect.objectContaining({ type: 'run', run_id: runId, status: 'halted' }));
  stop.abort();
  await Promise.allSettled([watching]);
}, 90_000);
