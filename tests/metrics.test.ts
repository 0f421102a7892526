import { createNatsResultSender, openNatsLink } from '@bakerst/bus';
import { createClient } from '@bakerst/client';
import { JobId } from '@bakerst/contracts';
import { randomId, silentLogger, systemClock } from '@bakerst/kit';
import { byTurn, type ScriptFunction, textReply, toolReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { untilJobEnds } from './support/job-ends.ts';
import { OWNER_TOKEN, SUPER_TOKEN, type System, startSystem } from './support/system.ts';

const COMMON = { clock: systemClock, log: silentLogger };
const CODE = toolReply('execute_code', { code: 'throw new Error("no")' });

/** What is said decides: a refusal of the model, an answer that takes its time, or code first. */
const script: ScriptFunction = (request) => {
  const text = JSON.stringify(request.messages);
  if (text.includes('refuse')) return { kind: 'refusal', status: 400 };
  if (text.includes('wait')) return { kind: 'hang' };
  if (text.includes('sub-agent')) return textReply('summary');
  return byTurn([CODE, textReply('It threw.')])(request, 0);
};

let system: System;
beforeAll(async () => {
  system = await startSystem({ script });
});
afterAll(() => system[Symbol.asyncDispose]());

/** The metrics as they are now: value by name with labels. */
async function read(): Promise<ReadonlyMap<string, number>> {
  const text = await createClient({ baseUrl: system.url, token: SUPER_TOKEN }).metrics();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

/** How much more each of the metrics is than before. */
async function growth(names: readonly string[], act: () => Promise<unknown>) {
  const before = await read();
  await act();
  const after = await read();
  return Object.fromEntries(
    names.map((name) => [name, (after.get(name) ?? 0) - (before.get(name) ?? 0)]),
  );
}

test('a run is counted with its turns, tokens, price, job and request', async () => {
  const model = 'model="claude-sonnet-5-5"';
  const grown = await growth(
    [
      'bakerst_runs_ended_total{status="completed"}',
      `bakerst_turns_total{${model}}`,
      `bakerst_model_reply_seconds_count{${model}}`,
      'bakerst_jobs_ended_total{kind="code",state="failed"}',
      'bakerst_sandbox_outcomes_total{code="ERROR"}',
      'bakerst_lock_seconds_count{outcome="won"}',
      'bakerst_http_requests_total{method="POST",route="/api/v1/chat",status="200"}',
      'bakerst_http_request_seconds_count{route="/api/v1/chat"}',
    ],
    () => system.owner.chat({ message: 'run it' }),
  );
  expect(Object.values(grown)).toEqual([1, 2, 2, 1, 1, 1, 1, 1]);
  const now = await read();
  expect(now.get(`bakerst_tokens_total{${model},kind="output"}`)).toBeGreaterThan(0);
  expect(now.get(`bakerst_cost_usd_total{${model}}`)).toBeGreaterThan(0);
  expect(now.get('bakerst_nats_connected')).toBe(1);
  expect(now.get('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
  expect(now.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
});

test('a worker is counted once it was heard of', async () => {
  const countWorkers = async () => (await read()).get('bakerst_workers');
  await expect.poll(countWorkers).toBe(1);
}, 90_000);

test('failures and refusals are counted by their reason', async () => {
  const grown = await growth(
    [
      'bakerst_runs_ended_total{status="failed"}',
      'bakerst_model_failures_total{reason="MODEL_REQUEST_REFUSED"}',
      'bakerst_http_requests_total{method="POST",route="/api/v1/chat",status="502"}',
    ],
    () => system.owner.chat({ message: 'refuse' }).catch(() => undefined),
  );
  expect(Object.values(grown)).toEqual([1, 1, 1]);
});

test('a sub-agent counts with what it used', async () => {
  const grown = await growth(
    [
      'bakerst_jobs_ended_total{kind="agent",state="completed"}',
      'bakerst_turns_total{model="claude-sonnet-5-5"}',
    ],
    async () => {
      const { id } = await system.owner.postJob({ type: 'agent', job: 'sub-agent: summarize' });
      await untilJobEnds(system, id);
    },
  );
  expect(Object.values(grown)).toEqual([1, 1]);
});

test('what is open shows while it is: a run, a stream, a message that waits, and the 429 of another', async () => {
  const stream = await system.post('/api/v1/chat/stream', { message: 'wait' });
  const runId = stream.headers.get('X-Run-Id') ?? '';
  const waits = await system.post('/api/v1/chat', { message: 'wait too', on_busy: 'queue' });
  expect(waits.status).toBe(202);
  const { run_id } = (await waits.json()) as { run_id: string };
  const grown = await growth(
    ['bakerst_refusals_total{code="CONCURRENT_REQUEST_REJECTED"}'],
    async () => expect((await system.post('/api/v1/chat', { message: 'hello' })).status).toBe(429),
  );
  expect(Object.values(grown)).toEqual([1]);
  const open = await read();
  expect(open.get('bakerst_open_runs{status="running"}')).toBe(1);
  expect(open.get('bakerst_open_runs{status="queued"}')).toBe(1);
  expect(open.get('bakerst_runs_in_hand')).toBe(1);
  expect(open.get('bakerst_open_streams')).toBe(1);
  const halted = await growth(['bakerst_runs_ended_total{status="halted"}'], async () => {
    for (const id of [run_id, runId]) await system.owner.haltRun(id);
    await stream.text();
  });
  expect(Object.values(halted)).toEqual([2]);
  const closed = await read();
  expect(closed.has('bakerst_open_runs{status="running"}')).toBe(false);
  expect(closed.get('bakerst_open_streams')).toBe(0);
});

test('a job that is dismissed, or halted when it is over, has ended once', async () => {
  const { id } = await system.owner.postJob({ type: 'code', code: 'return 1' });
  await untilJobEnds(system, id);
  const grown = await growth(['bakerst_jobs_ended_total{kind="code",state="completed"}'], () =>
    system.owner.haltJob(id),
  );
  expect(Object.values(grown)).toEqual([0]);
});

test('a result that comes again, and one of a job that is not known, are counted and change nothing', async () => {
  const { id } = await system.owner.postJob({ type: 'code', code: 'return 1' });
  const ended = await untilJobEnds(system, id);
  await using link = openNatsLink({ url: system.nats.url, service: 'worker' }, COMMON);
  await link.waitConnected(10_000);
  const sender = createNatsResultSender({ link, ...COMMON });
  const told = { attempt: 1, baseAttempt: 1, workerId: 'worker-1', startedAt: 0, finishedAt: 0 };
  const outcome = { status: 'completed' as const, result: 'another one' };
  const grown = await growth(['bakerst_job_results_ignored_total'], async () => {
    for (const each of [id, randomId()])
      await sender.send(
        { ...told, jobId: JobId.parse(each), outcome },
        AbortSignal.timeout(10_000),
      );
  });
  expect(Object.values(grown)).toEqual([2]);
  expect(await system.owner.getJob(id)).toEqual(ended);
});

test('whatever paths and ids are asked for, there are as many series as endpoints', async () => {
  const before = await read();
  for (let i = 0; i < 20; i++) {
    await (await system.get(`/no/such/path/${i}`)).body?.cancel();
    await (await system.get(`/api/v1/runs/${i}`)).body?.cancel();
    await (await system.get('/livez')).body?.cancel();
  }
  const after = await read();
  const routes = [...after.keys()].filter((name) => name.startsWith('bakerst_http_requests_total'));
  expect(routes).toContain(
    'bakerst_http_requests_total{method="GET",route="/api/v1/runs/{id}",status="404"}',
  );
  expect(routes).toContain('bakerst_http_requests_total{method="GET",route="/livez",status="200"}');
  expect(routes).toContain('bakerst_http_requests_total{method="GET",route="(none)",status="404"}');
  expect(after.size - before.size).toBeLessThan(60);
  expect([...after.keys()].join()).not.toMatch(/path\/\d/);
});

test('they are for super credentials and services of the whole installation', async () => {
  const root = createClient({ baseUrl: system.url, token: SUPER_TOKEN });
  const scraper = await root.createServiceToken({ kind: 'service', name: 'scraper' });
  const bound = await root.createToken('home', { kind: 'service', name: 'of one org' });
  const statuses = await Promise.all(
    [scraper.token, SUPER_TOKEN, bound.token, OWNER_TOKEN, 'wrong'].map(async (token) => {
      const response = await system.get('/metrics', { Authorization: `Bearer ${token}` });
      await response.body?.cancel();
      return `${response.status} ${response.headers.get('Content-Type')}`;
    }),
  );
  const page = '200 text/plain; version=0.0.4; charset=utf-8';
  const refusal = 'application/json; charset=utf-8';
  expect(statuses).toEqual([page, page, `403 ${refusal}`, `403 ${refusal}`, `401 ${refusal}`]);
});
