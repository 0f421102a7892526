import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chmodSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { join } from 'node:path';
import { PAGE_HEADERS } from '@bakerst/kit/page-rules';
import { expect, onTestFinished, test, vi } from 'vitest';
import { buildNginxConfig } from '../../scripts/cluster/build-nginx-config.ts';
import { makeDir } from '../../scripts/testing/make-dir.ts';

// Each starts programs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

const DIRS = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

function findNginx(): string | undefined {
  return DIRS.map((dir) => join(dir, 'nginx')).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  /** Called with all that has come so far. */
  readonly onText?: (text: string) => void;
}

async function ask(socketPath: string, path: string, asked: Asked = {}): Promise<Answer> {
  const { headers = {}, method = 'GET', onText } = asked;
  const sent = request({ socketPath, path, method, headers: { connection: 'close', ...headers } });
  sent.end();
  const [response] = await once(sent, 'response');
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) {
    body += chunk;
    onText?.(body);
  }
  return { status: response.statusCode, headers: response.headers, body };
}

/** Answers what it is asked as JSON, and a stream whose second part waits for `release`. */
async function openBrain(released: Promise<void>): Promise<{ server: Server; port: number }> {
  const server = createServer(async (incoming, response) => {
    if (incoming.url !== '/api/v1/chat/stream') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ path: incoming.url, host: incoming.headers.host }));
      return;
    }
    response.setHeader('content-type', 'text/event-stream');
    response.write('data: first\n\n');
    await released;
    response.end('data: second\n\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

async function openNginx(program: string, brainPort: number): Promise<string> {
  const dir = makeDir();
  const page = join(dir, 'page');
  mkdirSync(join(page, 'assets'), { recursive: true });
  writeFileSync(join(page, 'index.html'), '<title>Baker</title>');
  writeFileSync(join(page, 'assets/index-a1.js'), 'start()');
  // Its workers may be another user than this one.
  for (const each of [dir, page, join(page, 'assets')]) chmodSync(each, 0o755);
  const socket = join(dir, 'nginx.sock');
  const file = join(dir, 'nginx.conf');
  const brain = `127.0.0.1:${brainPort}`;
  writeFileSync(file, buildNginxConfig({ brain, listen: `unix:${socket}`, page, scratch: dir }));
  const child = spawn(program, ['-c', file, '-e', 'stderr', '-g', 'daemon off;'], {
    stdio: 'ignore',
  });
  onTestFinished(async () => {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  });
  await expect
    .poll(() => ask(socket, '/nginx-livez').catch(() => undefined))
    .toMatchObject({ status: 200 });
  return socket;
}

test('nginx serves the page as the brain does, and passes on all else as it comes', async ({
  skip,
}) => {
  const program = findNginx();
  if (program === undefined) return skip('there is no nginx here');
  const gate = Promise.withResolvers<void>();
  const brain = await openBrain(gate.promise);
  onTestFinished(() => void brain.server.close());
  const socket = await openNginx(program, brain.port);
  const html = { accept: 'text/html,*/*;q=0.8' };

  for (const path of ['/', '/jobs', '/conversations/c-1', '/gone.html']) {
    const answer = await ask(socket, path, { headers: html });
    expect(answer).toMatchObject({ status: 200, body: '<title>Baker</title>' });
    for (const [name, value] of Object.entries(PAGE_HEADERS))
      expect(answer.headers[name.toLowerCase()]).toBe(value);
  }
  const asset = await ask(socket, '/assets/index-a1.js');
  expect(asset).toMatchObject({ status: 200, body: 'start()' });
  expect(asset.headers['cache-control']).toContain('immutable');
  expect(asset.headers['content-type']).toBe('text/javascript; charset=utf-8');

  const host = { host: 'assistant.example.org:8443' };
  expect(await ask(socket, '/api/v1/runs', { headers: { ...html, ...host } })).toMatchObject({
    body: '{"path":"/api/v1/runs","host":"assistant.example.org:8443"}',
  });
  expect((await ask(socket, '/jobs')).body).toContain('"path":"/jobs"');
  expect((await ask(socket, '/jobs', { method: 'POST', headers: html })).body).toContain('/jobs');
  expect(await ask(socket, '/metrics')).toMatchObject({ status: 404 });

  // The first part is here before there is a second one.
  const stream = await ask(socket, '/api/v1/chat/stream', { onText: () => gate.resolve() });
  expect(stream.body).toBe('data: first\n\ndata: second\n\n');
});

test('without a brain nginx says so in its words, and the page still comes', async ({ skip }) => {
  const program = findNginx();
  if (program === undefined) return skip('there is no nginx here');
  // Nobody listens on the port 1.
  const socket = await openNginx(program, 1);
  const away = await ask(socket, '/api/v1/runs');
  expect(away).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  expect(JSON.parse(away.body)).toMatchObject({ code: 'UNAVAILABLE', reason: 'BRAIN_AWAY' });
  expect(await ask(socket, '/', { headers: { accept: 'text/html' } })).toMatchObject({
    status: 200,
  });
});
