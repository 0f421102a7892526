import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byTurn, textReply, toolReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { untilJobEnds } from '../support/job-ends.ts';
import { appendLine, makeOperatingSystem } from '../support/operating-system.ts';
import { type System, startSystem } from '../support/system.ts';

let system: System;
let device: Server;
let host: string;
const seen: { method: string | undefined; key: string | undefined; body: string }[] = [];

beforeAll(async () => {
  device = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    seen.push({
      method: request.method,
      key: request.headers['idempotency-key']?.toString(),
      body,
    });
    if (request.url === '/away') response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end();
    else if (request.url === '/picture') response.end(Buffer.alloc(1024 * 1024, 0xff));
    else response.writeHead(418, { 'Content-Type': 'text/plain' }).end('I am a teapot');
  });
  await new Promise<void>((resolve) => device.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(device.address() as AddressInfo).port}`;
  const operatingSystem = makeOperatingSystem();
  const env = { OPERATING_SYSTEM_DIR: operatingSystem, HTTP_ALLOW_HOSTS: host };
  system = await startSystem({
    brainEnv: env,
    workerEnv: env,
    script: (request) => {
      const text = JSON.stringify(request);
      if (text.includes('summarize')) return textReply('It is short.');
      if (text.includes('compute 6'))
        return byTurn([
          toolReply('execute_code', { code: 'return 6 * 7' }),
          textReply('It is 42.'),
        ])(request, 0);
      return byTurn([
        toolReply('dispatch_job', { type: 'command', command: 'uptime' }),
        textReply('up'),
      ])(request, 0);
    },
  });
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
  device.close();
});

test('a command runs without a shell, and its exit code and output are the result', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'lines');
  const { id } = await system.owner.postJob({
    type: 'command',
    command: appendLine(file, "'$(id); rm -rf /'"),
  });
  const job = await untilJobEnds(system, id);
  expect(job).toMatchObject({
    type: 'command',
    status: 'completed',
    replay: 'never',
    attempt: 1,
    result: { exit_code: 0, stdout: 'appended $(id); rm -rf /', stderr: '', truncated: false },
    error: null,
  });
  expect(readFileSync(file, 'utf8')).toBe('$(id); rm -rf /\n');
});

test('a command that fails is failed, with what it said', async () => {
  const command = `node -e 'console.error("no bread"); process.exit(3)'`;
  const { id } = await system.owner.postJob({ type: 'command', command });
  expect(await untilJobEnds(system, id)).toMatchObject({
    status: 'failed',
    result: { exit_code: 3, stderr: 'no bread' },
    error: { code: 'EXIT_CODE' },
  });
});

test('a command finds no secret in its environment', async () => {
  const command = `node -e 'console.log(JSON.stringify(process.env))'`;
  const { id } = await system.owner.postJob({ type: 'command', command });
  const job = await untilJobEnds(system, id);
  expect(job.result).toMatchObject({ exit_code: 0 });
  const result = job.result as { stdout: string };
  const names = Object.keys(JSON.parse(result.stdout)).sort();
  expect(names).toEqual(['BAKERST_JOB', 'LANG', 'LC_ALL', 'PATH', 'PWD']);
});

test('a command is killed with all that it has started at its time limit', async () => {
  const inner = 'setInterval(() => {}, 1000)';
  const command = `node -e 'require("node:child_process").spawn(process.execPath, ["-e", "${inner}"], {stdio: "inherit"}); console.log("on"); setInterval(() => {}, 1000)'`;
  const { id } = await system.owner.postJob({ type: 'command', command, timeout_ms: 1_000 });
  expect(await untilJobEnds(system, id)).toMatchObject({
    status: 'failed',
    result: { stdout: 'on' },
    error: { code: 'TIMEOUT' },
  });
});

test('a program that is not installed is failed at once', async () => {
  const { id } = await system.owner.postJob({ type: 'command', command: 'missing' });
  expect(await untilJobEnds(system, id)).toMatchObject({
    status: 'failed',
    error: { code: 'COMMAND_NOT_FOUND' },
  });
});

test('a request to an address that was opened gives the answer, whatever its status', async () => {
  const { id } = await system.owner.postJob({ type: 'http', url: `http://${host}/tea` });
  expect(await untilJobEnds(system, id)).toMatchObject({
    status: 'completed',
    replay: 'safe',
    result: { status: 418, content_type: 'text/plain', body: 'I am a teapot', truncated: false },
  });
});

test('a picture, three times as large as text, is cut so that its result can be sent', async () => {
  const { id } = await system.owner.postJob({ type: 'http', url: `http://${host}/picture` });
  expect(await untilJobEnds(system, id)).toMatchObject({
    status: 'completed',
    attempt: 1,
    result: { status: 200, truncated: true },
  });
});

test('a keyed request carries the job id as its key, and JSON as its body', async () => {
  const { id } = await system.owner.postJob({
    type: 'http',
    url: `http://${host}/order`,
    method: 'POST',
    body: { cups: 2 },
    replay: 'keyed',
  });
  expect(await untilJobEnds(system, id)).toMatchObject({ status: 'completed', replay: 'keyed' });
  expect(seen).toContainEqual({ method: 'POST', key: id, body: '{"cups":2}' });
});

test('a redirect to an address that was not opened is failed', async () => {
  const { id } = await system.owner.postJob({ type: 'http', url: `http://${host}/away` });
  expect(await untilJobEnds(system, id)).toMatchObject({
    status: 'failed',
    error: { code: 'URL_NOT_ALLOWED' },
  });
});

test('an agent answers in words, and tells what it used', async () => {
  const { id } = await system.owner.postJob({ type: 'agent', job: 'summarize: bread' });
  const job = await untilJobEnds(system, id);
  expect(job).toMatchObject({ status: 'completed', result: { text: 'It is short.' } });
  expect(job.result).toHaveProperty('usage.output_tokens');
  const asked = system.model.requests.find(({ rawBody }) => rawBody.includes('summarize'));
  expect(asked?.rawBody).toContain('How you work as a worker');
}, 90_000);

test('an agent may compute, and has no other tool', async () => {
  const { id } = await system.owner.postJob({ type: 'agent', job: 'compute 6 * 7' });
  expect(await untilJobEnds(system, id)).toMatchObject({ result: { text: 'It is 42.' } });
  const asked = system.model.requests.filter(({ rawBody }) => rawBody.includes('compute 6'));
  const tools = asked.map(({ rawBody }) => JSON.parse(rawBody).tools);
  expect(tools.map((offered) => offered.map(({ name }: { name: string }) => name))).toEqual([
    ['execute_code'],
    ['execute_code'],
  ]);
  expect(asked[1]?.rawBody).toContain('\\"value\\":42');
}, 90_000);

test('the model gets a command run, and reads its output', async () => {
  const before = system.model.requests.length;
  const answer = await system.owner.chat({ message: 'how long has it been up?' });
  expect(answer.responses).toEqual(['up']);
  expect(system.model.requests[before + 1]?.rawBody).toMatch(/load average/);
});

test.each([
  ['a command that is not on the list', { type: 'command', command: 'cat /etc/passwd' }],
  ['an address of this machine', { type: 'http', url: 'http://127.0.0.1:22/' }],
  ['an address of the home', { type: 'http', url: 'http://192.168.1.1/' }],
] as const)('%s is refused when the job is posted', async (_what, body) => {
  const response = await system.post('/api/v1/jobs', body);
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({
    code: 'AUTHORIZATION_ERROR',
    reason: body.type === 'command' ? 'COMMAND_NOT_ALLOWED' : 'URL_NOT_ALLOWED',
  });
});

test('a webhook starts a job in the words of the older system', async () => {
  const response = await system.post('/webhook', {
    type: 'http',
    url: `http://${host}/hook`,
    method: 'POST',
    vars: { a: 1 },
    somethingElse: true,
  });
  expect(response.status).toBe(202);
  const { jobId, status } = (await response.json()) as { jobId: string; status: string };
  expect(status).toBe('dispatched');
  expect(await untilJobEnds(system, jobId)).toMatchObject({ status: 'completed' });
  expect(seen).toContainEqual({ method: 'POST', key: undefined, body: '{"a":1}' });
});

test('jobs are listed newest first, page by page, by kind and state', async () => {
  const page = await system.owner.listJobs({ limit: 3 });
  expect(page.data).toHaveLength(3);
  const rest = await system.owner.listJobs({ cursor: page.next_cursor ?? '', limit: 100 });
  const all = [...page.data, ...rest.data].map(({ id }) => id);
  expect(all).toEqual(system.query('SELECT id FROM job ORDER BY seq DESC').map((row) => row['id']));
  expect(rest.next_cursor).toBeNull();
  const agents = await system.owner.listJobs({ type: 'agent', status: 'completed' });
  expect(agents.data.map(({ type }) => type)).toEqual(['agent', 'agent']);
});

test('workers are listed with what they are there for', async () => {
  await expect
    .poll(async () => (await system.owner.listWorkers()).data)
    .toEqual([
      expect.objectContaining({
        pid: system.workers[0]?.pid,
        kinds: ['code', 'command', 'http', 'agent', 'mcp'],
        ready: true,
      }),
    ]);
}, 90_000);
