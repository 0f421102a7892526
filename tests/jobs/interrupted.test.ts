import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byTurn, textReply, toolReply } from '@bakerst/offline-model';
import { expect, test } from 'vitest';
import { untilJobEnds, untilJobIs } from '../support/job-ends.ts';
import { appendLine, endAppending, makeOperatingSystem } from '../support/operating-system.ts';
import { type System, startSystem } from '../support/system.ts';

const ACK_WAIT = { JOB_ACK_WAIT_MS: '1000' };

/** What the commands of a test have appended. */
function lines(file: string): readonly string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

function newFile(): string {
  return join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'lines');
}

async function startWith(file: string): Promise<System> {
  const env = { ...ACK_WAIT, OPERATING_SYSTEM_DIR: makeOperatingSystem() };
  return await startSystem({
    brainEnv: env,
    workerEnv: env,
    script: byTurn([
      toolReply('dispatch_job', { type: 'command', command: appendLine(file, 'bread', 20_000) }),
      textReply('The bread is ordered.'),
    ]),
  });
}

/** Kills the worker once its command has done what it does, and lets another one meet the job. */
async function interrupt(system: System, file: string, line: string): Promise<void> {
  await expect.poll(() => lines(file)).toContain(line);
  await system.workers.at(-1)?.end('SIGKILL');
  await system.startWorker();
  await untilJobIs(system, 'interrupted');
}

test('a command whose worker was killed is not begun again, and a person says once what became of it', async () => {
  const file = newFile();
  await using system = await startWith(file);
  const { id } = await system.owner.postJob({
    type: 'command',
    command: appendLine(file, 'bread', 20_000),
  });
  await interrupt(system, file, 'bread');
  expect(await system.owner.getJob(id)).toMatchObject({
    status: 'interrupted',
    error: { code: 'OUTCOME_UNKNOWN' },
  });
  expect(lines(file)).toEqual(['bread']);
  // Nothing of it is left to go on working.
  expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(file);
  const resolved = await system.owner.resolveJob(id, {
    outcome: 'happened',
    result: { loaves: 2 },
  });
  expect(resolved).toMatchObject({ status: 'completed', result: { loaves: 2 }, error: null });
  await expect(system.owner.resolveJob(id, { outcome: 'retry' })).rejects.toMatchObject({
    status: 409,
    body: { reason: 'JOB_NOT_INTERRUPTED' },
  });
}, 90_000);

test('an interrupted command that did not happen is failed, one to be tried again acts once more', async () => {
  const file = newFile();
  await using system = await startWith(file);
  const body = { type: 'command', command: appendLine(file, 'roll', 20_000) } as const;
  const { id } = await system.owner.postJob(body);
  await interrupt(system, file, 'roll');
  expect(await system.owner.resolveJob(id, { outcome: 'did_not_happen' })).toMatchObject({
    status: 'failed',
    error: { code: 'DID_NOT_HAPPEN' },
  });
  const again = await system.owner.postJob({ ...body, command: appendLine(file, 'cake', 20_000) });
  await interrupt(system, file, 'cake');
  endAppending(file);
  expect(await system.owner.resolveJob(again.id, { outcome: 'retry' })).toMatchObject({
    status: 'queued',
  });
  expect(await untilJobEnds(system, again.id)).toMatchObject({ status: 'completed' });
  expect(lines(file)).toEqual(['roll', 'cake', 'cake']);
}, 60_000);

test('a run that does not know what its command did says so, frees the user, and goes on once it is told', async () => {
  const file = newFile();
  await using system = await startWith(file);
  const asked = system.owner.chat({ message: 'order bread' });
  await interrupt(system, file, 'bread');
  const answer = await asked;
  expect(answer.status).toBe('uncertain');
  expect(answer.responses.join()).toMatch(/I do not know whether this took effect/);
  const find = async (words: string) => (await system.owner.searchMessages(words)).data.length;
  expect(await find('took effect')).toBe(1);
  const run = await system.owner.getRun(answer.run_id);
  expect(run).toMatchObject({ status: 'uncertain', notice: { code: 'UNCERTAIN' } });
  expect(system.model.requests).toHaveLength(1);
  const [job] = (await system.owner.listJobs({ run_id: answer.run_id })).data;
  await system.owner.resolveJob(job?.id ?? '', { outcome: 'happened', result: 'two loaves' });
  await expect
    .poll(async () => (await system.owner.getRun(answer.run_id)).status)
    .toBe('completed');
  expect((await system.owner.getRun(answer.run_id)).answer).toBe('The bread is ordered.');
  expect(system.model.requests[1]?.rawBody).toContain('two loaves');
  const { entries } = await system.owner.listHistory('home', 'owner');
  expect(entries.map((entry) => entry.assistant_response)).toEqual(['The bread is ordered.']);
  expect([await find('took effect'), await find('bread is ordered')]).toEqual([0, 1]);
  expect(lines(file)).toEqual(['bread']);
  const told = await Array.fromAsync(system.owner.followRun(answer.run_id));
  const ends = told.flatMap(({ event }) =>
    event.type === 'complete' ? [event.response.status] : [],
  );
  expect(ends).toEqual(['completed']);
}, 90_000);

test('a run that somebody has talked past stays uncertain, and the model was told that it is', async () => {
  const file = newFile();
  await using system = await startWith(file);
  const asked = system.owner.chat({ message: 'order bread' });
  await interrupt(system, file, 'bread');
  const { run_id: runId } = await asked;
  // The lock is free: the next message is taken, and sees what was answered before.
  await system.workers.at(-1)?.end('SIGKILL');
  const next = system.post('/api/v1/chat/stream', { message: 'and now?' });
  await system.model.waitForRequest(2);
  expect(system.model.requests[1]?.rawBody).toContain('I do not know whether this took effect');
  const [job] = (await system.owner.listJobs({ run_id: runId })).data;
  await system.owner.resolveJob(job?.id ?? '', { outcome: 'happened' });
  expect((await system.owner.getRun(runId)).status).toBe('uncertain');
  await (await next).body?.cancel();
}, 90_000);

test('the result of a worker that was only paused answers the question by itself', async () => {
  const file = newFile();
  await using system = await startWith(file);
  const { id } = await system.owner.postJob({
    type: 'command',
    command: appendLine(file, 'bread', 60_000),
  });
  await expect.poll(() => lines(file)).toEqual(['bread']);
  system.workers[0]?.signal('SIGSTOP');
  await system.startWorker();
  await untilJobIs(system, 'interrupted');
  system.workers[0]?.signal('SIGCONT');
  endAppending(file);
  await expect.poll(async () => (await system.owner.getJob(id)).status).toBe('completed');
  expect(lines(file)).toEqual(['bread']);
}, 90_000);
