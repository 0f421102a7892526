import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { watchSubject } from '@bakerst/bus/testing';
import { JobDispatch, Subjects } from '@bakerst/contracts';
import { byTurn, type ScriptFunction, textReply, toolReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { untilJobEnds } from './support/job-ends.ts';
import type { Service } from './support/service.ts';
import { type System, startSystem } from './support/system.ts';

const COMPUTES = byTurn([toolReply('execute_code', { code: 'return 6 * 7' }), textReply('42')]);

/** A sub-agent and a person's conversation both compute something first. */
const script: ScriptFunction = (request) => COMPUTES(request, 0);

let system: System;
let page: Server;

beforeAll(async () => {
  page = createServer((_request, response) => response.end('bread'));
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
  const env = { LOG_LEVEL: 'debug', HTTP_ALLOW_HOSTS: hostOf(page) };
  system = await startSystem({ script, brainEnv: env, workerEnv: env });
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
  page.close();
});

function hostOf(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Lines of a service's log, past and to come, that name a job or a run. */
function linesAbout({ lines }: Service, id: string): Record<string, unknown>[] {
  return lines.filter((line) => line.includes(id)).map((line) => JSON.parse(line));
}

async function untilLogged(service: Service, id: string, message: string): Promise<void> {
  await expect.poll(() => linesAbout(service, id).map(({ msg }) => msg)).toContain(message);
}

/** The one worker of the system. */
function worker(): Service {
  const [first] = system.workers;
  if (first === undefined) throw new Error('there is no worker');
  return first;
}

test.each([
  ['code', () => ({ code: 'return 1' }), 'job finished'],
  ['command', () => ({ command: 'uptime' }), 'job finished'],
  ['http', () => ({ url: `http://${hostOf(page)}/` }), 'job finished'],
  ['agent', () => ({ job: 'compute six times seven' }), 'model replied'],
])(
  'a job of kind %s carries the id of its request into every line about it',
  async (type, body, last) => {
    const requestId = `request-of-${type}`;
    await using sent = await watchDispatches();
    const headers = { 'X-Request-Id': requestId };
    const response = await system.post('/api/v1/jobs', { type, ...body() }, headers);
    expect(response.headers.get('X-Request-Id')).toBe(requestId);
    const { id } = (await response.json()) as { id: string };
    expect((await untilJobEnds(system, id, 30_000)).status).toBe('completed');
    await untilLogged(worker(), id, last);
    await untilLogged(worker(), id, 'job finished');
    expect(system.query('SELECT request_id FROM job WHERE id = ?', id)).toEqual([
      { request_id: requestId },
    ]);
    expect(sent.requestIds).toContain(requestId);
    for (const service of [system.brain, worker()]) {
      const lines = linesAbout(service, id);
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) expect(line, JSON.stringify(line)).toMatchObject({ requestId });
    }
    if (type !== 'code') return;
    const about = linesAbout(worker(), requestId).map(({ msg }) => msg);
    expect(about).toContain('sandbox process bound');
  },
  60_000,
);

test('a message carries it to the job that its answer needs, and into the run', async () => {
  const requestId = 'request-of-a-message';
  const message = { message: 'what is six times seven?' };
  const response = await system.post('/api/v1/chat', message, { 'X-Request-Id': requestId });
  expect(response.status).toBe(200);
  await response.body?.cancel();
  const runId = response.headers.get('X-Run-Id') ?? '';
  const [job] = system.query('SELECT id, request_id FROM job WHERE run_id = ?', runId);
  expect(job).toMatchObject({ request_id: requestId });
  const [run] = system.query('SELECT request_id FROM run WHERE id = ?', runId);
  expect(run).toEqual({ request_id: requestId });
  await untilLogged(worker(), String(job?.['id']), 'job finished');
  await untilLogged(system.brain, runId, 'run finished');
  const messages = linesAbout(system.brain, requestId).map(({ msg }) => msg);
  expect(messages).toEqual(
    expect.arrayContaining(['message accepted', 'model replied', 'job accepted']),
  );
  for (const line of linesAbout(system.brain, runId)) expect(line).toMatchObject({ requestId });
}, 60_000);

/** Request ids of the jobs that are sent to workers from now on. */
async function watchDispatches() {
  const requestIds: string[] = [];
  const watch = await watchSubject(system.nats.url, Subjects.anyDispatch, (body) => {
    requestIds.push(JobDispatch.parse(JSON.parse(body)).requestId);
  });
  return { requestIds, [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose]() };
}
