import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@bakerst/client';
import { textReply } from '@bakerst/offline-model';
import { expect, test } from 'vitest';
import { makeTool, openMcpWorker, tell } from './support/mcp-worker.ts';
import { makeOperatingSystem } from './support/operating-system.ts';
import { asSuper, restoreElsewhere } from './support/restore-elsewhere.ts';
import { startService } from './support/service.ts';
import { SUPER_TOKEN, type System, startSystem } from './support/system.ts';

const TOKEN = 'token-of-the-weather-4711';
const URL_ = 'https://weather.example.org/mcp';
const KEY = Buffer.alloc(32, 7).toString('base64');

const script = () => textReply('ok');
const root = (system: System) => createClient({ baseUrl: system.url, token: SUPER_TOKEN });
const withToken = { id: 'weather', url: URL_, authToken: TOKEN };

/** A directory of the operator's with this MCP.json. */
function withFile(content: unknown): string {
  const dir = makeOperatingSystem();
  writeFile(dir, content);
  return dir;
}

function writeFile(dir: string, content: unknown): void {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(join(dir, 'MCP.json'), text);
}

async function refusalOf(env: Readonly<Record<string, string>>): Promise<string> {
  const brain = startService({
    name: 'brain',
    env: { PORT: '0', AUTH_TOKEN: SUPER_TOKEN, NATS_URL: 'nats://127.0.0.1:9', ...env },
  });
  expect(await brain.exited).toBe(78);
  return brain.lines.join('\n');
}

test('servers of the file follow it at each start, unless they were changed or removed over the API', async () => {
  const server = { url: URL_, enabled: false };
  const file = {
    servers: [
      { id: 'follows', ...server, tools: { read: { policy: 'deny' } } },
      { id: 'changed', ...server },
      { id: 'removed', ...server },
      { id: 'dropped', ...server },
    ],
  };
  const dir = withFile(file);
  await using system = await startSystem({
    workers: 0,
    script,
    brainEnv: { OPERATING_SYSTEM_DIR: dir },
  });
  const list = async () => (await root(system).listMcpServers('home')).servers;
  expect((await list()).map(({ id, origin }) => [id, origin])).toEqual(
    ['changed', 'dropped', 'follows', 'removed'].map((id) => [id, 'file']),
  );
  await root(system).putMcpServer('home', { id: 'changed', ...server, name: 'Mine' });
  await root(system).removeMcpServer('home', 'removed');
  const revisions = new Map((await list()).map(({ id, revision }) => [id, revision]));
  await system.brain.end('SIGTERM');
  const [follows, ...others] = file.servers;
  writeFile(dir, {
    servers: [{ ...follows, enabled: true }, ...others.filter(({ id }) => id !== 'dropped')],
  });
  await system.restartBrain();
  expect(await list()).toMatchObject([
    { id: 'changed', origin: 'api', name: 'Mine', revision: revisions.get('changed') },
    { id: 'follows', origin: 'file', enabled: true },
  ]);
  await using _worker = await openMcpWorker(system.nats.url, {
    discover: () => tell(makeTool('read')),
  });
  await root(system).listMcpServers('home', { discover: true });
  expect((await root(system).listMcpTools('home', 'follows')).tools).toMatchObject([
    { name: 'read', policy: 'deny', status: 'denied' },
  ]);
});

test('a program of the file is started with what the operator says, and nothing else', async () => {
  const dir = withFile({
    programs: [
      {
        name: 'files',
        command: 'npx',
        arguments: ['-y', 'files@1'],
        further_arguments: ['/srv/\\w+'],
        env: ['API_KEY'],
      },
    ],
  });
  await using system = await startSystem({
    workers: 0,
    script,
    brainEnv: { OPERATING_SYSTEM_DIR: dir },
  });
  await using worker = await openMcpWorker(system.nats.url, { discover: () => tell() });
  const named = { id: 'files', transport: 'stdio', program: 'files' } as const;
  const entry = { ...named, args: ['/srv/all'] };
  const { servers } = await root(system).putMcpServer('home', {
    ...entry,
    env: { API_KEY: TOKEN },
  });
  expect(servers).toMatchObject([{ ...entry, env: { API_KEY: '••••4711' } }]);
  expect(await worker.readConfig('home', 'files')).toMatchObject({
    stateless: false,
    connection: {
      transport: 'stdio',
      command: 'npx',
      args: ['-y', 'files@1', '/srv/all'],
      env: { API_KEY: TOKEN },
    },
  });
  const env = { API_KEY: '••••4711' };
  const again = await root(system).putMcpServer('home', { ...entry, env });
  expect(again.servers[0]?.revision).toBe(servers[0]?.revision);
  await root(system).putMcpServer('home', { ...entry, env, enabled: false });
  expect(await worker.readConfig('home', 'files')).toBe(null);
});

test.each([
  ['no JSON', '{"servers": [', /MCP\.json cannot be used: .*JSON/],
  ['an unknown field', { servers: [{ id: 'a', url: URL_, colour: 1 }] }, /servers\[0\]/],
  ['a secret', { servers: [{ id: 'a', url: URL_, authToken: TOKEN }] }, /authToken/],
  ['a bad pattern', { programs: [{ name: 'a', command: 'b', further_arguments: ['('] }] }, /"\("/],
  [
    'a program that is not listed',
    { servers: [{ id: 'a', transport: 'stdio', program: 'sh' }] },
    /servers\[0\] \(a\) cannot be used: only programs of MCP\.json/,
  ],
  [
    'the same server twice',
    { servers: [1, 2].map(() => ({ id: 'a', url: URL_ })) },
    /the server a twice/,
  ],
])('a file with %s keeps the brain from starting, and is told', async (_what, content, why) => {
  const dir = withFile(content);
  const data = mkdtempSync(join(tmpdir(), 'bakerst-'));
  const text = await refusalOf({ OPERATING_SYSTEM_DIR: dir, BAKERST_DATA_DIR: data });
  expect(text).toMatch(/MCP\.json/);
  expect(text).toMatch(why);
  expect(text).not.toContain(TOKEN);
});

test('secrets outlive a restart and a restore by the key of the data directory', async () => {
  await using system = await startSystem({ workers: 0, script });
  const path = join(system.dataDir, 'secrets.key');
  expect(() => statSync(path)).toThrow();
  await root(system).putMcpServer('home', withToken);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await system.brain.end('SIGTERM');
  await system.restartBrain();
  await using worker = await openMcpWorker(system.nats.url, { discover: () => tell() });
  const reached = { connection: { authToken: TOKEN } };
  expect(await worker.readConfig('home', 'weather')).toMatchObject(reached);
  const backup = await asSuper(system).createBackup();
  const { dataDir } = await restoreElsewhere(system, backup.id);
  expect(readFileSync(join(dataDir, 'secrets.key'))).toEqual(readFileSync(path));
  await using restored = await startSystem({ dataDir, workers: 0, script });
  await using other = await openMcpWorker(restored.nats.url, { discover: () => tell() });
  expect(await other.readConfig('home', 'weather')).toMatchObject(reached);
});

test('another key, and none, keep the brain from starting while there are secrets', async () => {
  await using system = await startSystem({
    workers: 0,
    script,
    brainEnv: { SECRETS_KEY: KEY },
  });
  await root(system).putMcpServer('home', withToken);
  expect(() => statSync(join(system.dataDir, 'secrets.key'))).toThrow();
  await system.brain.end('SIGTERM');
  for (const more of [{ SECRETS_KEY: Buffer.alloc(32, 8).toString('hex') }, {}]) {
    const text = await refusalOf({ BAKERST_DATA_DIR: system.dataDir, ...more });
    expect(text).toMatch(/set SECRETS_KEY to the key that they were encrypted with/);
  }
  expect(() => statSync(join(system.dataDir, 'secrets.key'))).toThrow();
  await system.restartBrain();
  const { servers } = await root(system).listMcpServers('home');
  expect(servers.find(({ id }) => id === 'weather')).toMatchObject({ hasAuthToken: true });
});
