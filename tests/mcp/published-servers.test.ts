import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Lab, openLab, publishedServer } from './open-lab.ts';

const SECRET = 'secret-of-the-bakery-1234';
const folder = mkdtempSync(join(tmpdir(), 'bakerst-folder-'));
let lab: Lab;
let web: ChildProcess;

beforeAll(async () => {
  const port = await freePort();
  const program = join(
    import.meta.dirname,
    '../../node_modules/@modelcontextprotocol/server-everything/dist/index.js',
  );
  web = spawn(process.execPath, [program, 'streamableHttp'], {
    env: { PORT: String(port) },
    stdio: 'ignore',
  });
  lab = await openLab({ workerEnv: { HTTP_ALLOW_HOSTS: `127.0.0.1:${port}` } });
  const env = { BAKERY_TOKEN: SECRET, BAKERY: 'home' };
  lab.set('everything', publishedServer('everything', { args: ['stdio'], env }));
  lab.set('web', { transport: 'streamable-http', url: `http://127.0.0.1:${port}/mcp` });
  lab.set('files', publishedServer('filesystem', { args: [folder] }));
  await untilAnswers(port);
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  web.kill('SIGKILL');
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

async function untilAnswers(port: number): Promise<void> {
  await vi.waitFor(() => fetch(`http://127.0.0.1:${port}/mcp`), { timeout: 30_000 });
}

test.each(['everything', 'web'])(
  'the tools of %s are found, with what they say of themselves',
  async (server) => {
    const found = await lab.discover(server);
    expect(found).toMatchObject({ status: 'ok', warnings: [] });
    const tools = found.status === 'ok' ? found.tools : [];
    expect(tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['echo', 'get-sum', 'get-tiny-image', 'get-env']),
    );
    expect(tools.find(({ name }) => name === 'echo')).toMatchObject({
      inputSchema: { type: 'object', required: ['message'] },
    });
  },
);

test.each(['everything', 'web'])('a call of %s is answered in text', async (server) => {
  const args = { message: 'fresh bread' };
  expect(await lab.call(server, { tool: 'echo', args })).toMatchObject({
    status: 'ok',
    text: 'Echo: fresh bread',
    media: [],
    isError: false,
  });
});

test.each(['everything', 'web'])(
  'an image of %s is media, and the texts around it are joined',
  async (server) => {
    const answer = await lab.call(server, { tool: 'get-tiny-image' });
    expect(answer).toMatchObject({ status: 'ok', media: [{ mimeType: 'image/png' }] });
    expect(answer.status === 'ok' && answer.text).toMatch(/\n\n/);
  },
);

test('structured content is kept beside its text', async () => {
  const args = { location: 'New York' };
  expect(await lab.call('everything', { tool: 'get-structured-content', args })).toMatchObject({
    status: 'ok',
    structured: { temperature: expect.any(Number), conditions: expect.any(String) },
  });
});

test('a tool that is not there is a failure, and what the server says of arguments is told', async () => {
  expect(await lab.call('everything', { tool: 'no-such-tool' })).toMatchObject({
    status: expect.stringMatching(/^(ok|failed)$/),
  });
  expect(await lab.call('everything', { tool: 'get-sum', args: { a: 'x' } })).not.toMatchObject({
    status: 'ok',
    isError: false,
  });
});

test('a server gets the environment of its entry and a PATH, and cannot tell its secrets on', async () => {
  const answer = await lab.call('everything', { tool: 'get-env' });
  const env: Record<string, string> = JSON.parse(answer.status === 'ok' ? answer.text : '{}');
  expect(env).toMatchObject({ BAKERY: 'home', BAKERY_TOKEN: '[redacted]' });
  expect(Object.keys(env).sort()).toEqual(['BAKERY', 'BAKERY_TOKEN', 'PATH']);
  const lines = lab.workers.flatMap((worker) => worker.lines);
  expect(lines.filter((line) => line.includes(SECRET))).toEqual([]);
});

test('files are read within their folder, and none outside it', async () => {
  writeFileSync(join(folder, 'recipe.txt'), 'flour, water, salt');
  const inside = { path: join(folder, 'recipe.txt') };
  expect(await lab.call('files', { tool: 'read_text_file', args: inside })).toMatchObject({
    status: 'ok',
    text: 'flour, water, salt',
  });
  const outside = { path: '/etc/passwd' };
  expect(await lab.call('files', { tool: 'read_text_file', args: outside })).toMatchObject({
    status: 'ok',
    isError: true,
  });
});

test('one process serves all calls of a server, and its entry is asked for once', async () => {
  await lab.call('everything', { tool: 'echo', args: { message: 'first' } });
  const asked = lab.asked('everything');
  const calls = Array.from({ length: 20 }, (_, i) =>
    lab.call('everything', { tool: 'echo', args: { message: String(i) } }),
  );
  const answers = await Promise.all(calls);
  expect(answers.map((answer) => answer.status === 'ok' && answer.text)).toEqual(
    Array.from({ length: 20 }, (_, i) => `Echo: ${i}`),
  );
  expect(lab.asked('everything')).toBe(asked);
});
