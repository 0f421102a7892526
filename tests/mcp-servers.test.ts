import { createClient } from '@bakerst/client';
import type { McpDiscovery } from '@bakerst/contracts';
import { textReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findLeaks, readFiles } from './support/canaries.ts';
import { type McpWorker, makeTool, openMcpWorker, tell } from './support/mcp-worker.ts';
import { SUPER_TOKEN, type System, startSystem } from './support/system.ts';

const TOKEN = 'canary-token+4711/of-weather-0815';
const URL_ = 'https://weather.example.org/mcp';

const told = new Map<string, McpDiscovery>();
let system: System;
let worker: McpWorker;
beforeAll(async () => {
  system = await startSystem({ workers: 0, script: () => textReply('ok') });
  worker = await openMcpWorker(system.nats.url, { discover: ({ server }) => told.get(server) });
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
});

const root = () => createClient({ baseUrl: system.url, token: SUPER_TOKEN });

async function makeOrg(id: string): Promise<string> {
  await root().createOrg(id);
  return id;
}

test('servers are added, replaced, listed by priority and removed', async () => {
  const org = await makeOrg('crud');
  const added = await root().putMcpServer(org, { id: 'weather', url: URL_, priority: 90 });
  expect(added).toMatchObject({ org, message: 'MCP server added' });
  expect(added.servers).toMatchObject([
    {
      id: 'weather',
      name: 'weather',
      url: URL_,
      enabled: true,
      hasAuthToken: false,
      origin: 'api',
    },
  ]);
  await root().putMcpServer(org, { id: 'maps', name: 'Maps', url: URL_, priority: 1 });
  const { servers } = await root().listMcpServers(org);
  expect(servers.map(({ id }) => id)).toEqual(['maps', 'weather']);
  const replaced = await root().replaceMcpServers(org, [
    servers[1],
    { id: 'news', url: URL_ },
  ] as never);
  expect(replaced.message).toBe('MCP servers updated');
  // What is sent back as it was shown stays as it is.
  expect(replaced.servers).toMatchObject([{ id: 'news' }, servers[1]]);
  const removed = await root().removeMcpServer(org, 'news');
  expect(removed).toMatchObject({ message: 'MCP server removed', servers: [{ id: 'weather' }] });
  await expect(root().removeMcpServer(org, 'news')).rejects.toMatchObject({ status: 404 });
});

test('a secret is masked in every answer, kept when it comes back masked, and lies nowhere in the clear', async () => {
  const org = await makeOrg('secretive');
  const server = { id: 'weather', url: URL_, authToken: TOKEN };
  const added = await root().putMcpServer(org, server);
  expect(added.servers[0]).toMatchObject({ authToken: '••••0815', hasAuthToken: true });
  const revision = added.servers[0]?.revision;
  const again = await root().putMcpServer(org, { ...server, authToken: '••••0815' });
  expect(again.servers[0]).toMatchObject({ authToken: '••••0815', revision });
  const omitted = await root().putMcpServer(org, { id: 'weather', url: URL_, name: 'Weather' });
  expect(omitted.servers[0]).toMatchObject({ authToken: '••••0815', name: 'Weather' });
  expect(await worker.readConfig(org, 'weather')).toMatchObject({
    connection: { transport: 'streamable-http', url: URL_, authToken: TOKEN },
  });
  for (const authToken of ['••••1234', '••••'])
    await expect(root().putMcpServer(org, { ...server, authToken })).rejects.toMatchObject({
      status: 400,
      body: { server_id: 'weather', error: expect.stringMatching(/masked/) },
    });
  // Whoever may write an entry is not to have its secret sent to himself.
  await expect(
    root().putMcpServer(org, { id: 'weather', url: 'https://evil.example.com/mcp' }),
  ).rejects.toMatchObject({ status: 400, body: { error: expect.stringMatching(/sent anew/) } });
  const files = new Map([...readFiles(system.dataDir), ...readFiles(system.nats.storeDir)]);
  files.set('log', system.brain.lines.join('\n'));
  expect([...files.keys()].some((path) => path.endsWith('bakerst.db-wal'))).toBe(true);
  expect(findLeaks([TOKEN], files)).toEqual([]);
  await root().putMcpServer(org, { ...server, authToken: null });
  expect((await root().listMcpServers(org)).servers[0]).toMatchObject({ hasAuthToken: false });
});

test('discovery tells of every server at once: ok, error and skipped', async () => {
  const org = await makeOrg('discovery');
  told.set('good', tell(makeTool('read'), makeTool('write')));
  told.set('bad', { status: 'error', error: { code: 'MCP_UNREACHED', message: 'refused' } });
  await root().replaceMcpServers(org, [
    { id: 'good', url: URL_, allowedTools: ['read'] },
    { id: 'bad', url: URL_ },
    { id: 'off', url: URL_, enabled: false },
  ]);
  const { servers } = await root().listMcpServers(org, { discover: true });
  expect(servers).toMatchObject([
    {
      id: 'bad',
      discovery_status: 'error',
      discovery_error: 'MCP_UNREACHED: refused',
      tools_count: 0,
    },
    { id: 'good', discovery_status: 'ok', discovery_error: null, tools_count: 1 },
    { id: 'off', discovery_status: 'skipped', tools_count: 0 },
  ]);
  expect(servers[0]?.health).toMatchObject({ status: 'failing', error: { code: 'MCP_UNREACHED' } });
  expect(servers[1]?.health).toMatchObject({ status: 'ok', tools_changed: 0 });
  const { tools } = await root().listMcpTools(org, 'good');
  expect(tools.map(({ name, status }) => [name, status])).toEqual([
    ['read', 'callable'],
    ['write', 'not_allowed'],
  ]);
});

test('a new server is asked by itself, and again when it says that its tools have changed', async () => {
  const org = await makeOrg('background');
  told.set('files', tell(makeTool('read')));
  await root().putMcpServer(org, { id: 'files', url: URL_ });
  const status = async () => (await root().listMcpServers(org)).servers[0]?.health.status;
  await expect.poll(status).toBe('ok');
  expect(worker.changes).toContainEqual({ org, server: 'files', what: 'config' });
  const before = worker.asks.filter((ask) => ask.org === org).length;
  told.set('files', tell(makeTool('read'), makeTool('list')));
  worker.tellToolsChanged(org, 'files');
  await expect
    .poll(() => worker.asks.filter((ask) => ask.org === org).length)
    .toBeGreaterThan(before);
  await expect.poll(async () => (await root().listMcpTools(org, 'files')).tools.length).toBe(2);
});

test('a changed definition keeps a tool from being called until it is accepted by its hash', async () => {
  const org = await makeOrg('changing');
  const job = { type: 'mcp', server: 'files', tool: 'read', org, user_id: 'alice' } as const;
  told.set('files', tell(makeTool('read')));
  await root().putMcpServer(org, { id: 'files', url: URL_ });
  await root().listMcpServers(org, { discover: true });
  await root().postJob(job);
  told.set('files', tell(makeTool('read', { description: 'Now tells everybody.' })));
  const { servers } = await root().listMcpServers(org, { discover: true });
  expect(servers[0]).toMatchObject({ tools_count: 0, health: { tools_changed: 1 } });
  await expect(root().postJob(job)).rejects.toMatchObject({
    status: 403,
    body: { reason: 'MCP_TOOL_CHANGED' },
  });
  const [tool] = (await root().listMcpTools(org, 'files')).tools;
  expect(tool).toMatchObject({
    status: 'changed',
    description: 'Now tells everybody.',
    accepted: { description: 'Does read. And more.' },
  });
  const named = { server: 'files', tool: 'read' };
  await expect(root().changeMcpTool(org, named, { accept: '0'.repeat(64) })).rejects.toMatchObject({
    status: 409,
  });
  expect(await root().changeMcpTool(org, named, { accept: tool?.hash })).toMatchObject({
    status: 'callable',
    accepted: null,
  });
  await root().postJob(job);
});

test.each([
  ['deny', 'TOOL_DENIED', 'denied'],
  ['approve', 'APPROVAL_REQUIRED', 'needs_approval'],
] as const)('under the policy %s nobody calls a tool', async (policy, reason, status) => {
  const org = await makeOrg(`policy-${policy}`);
  told.set('files', tell(makeTool('read')));
  await root().putMcpServer(org, { id: 'files', url: URL_ });
  await root().listMcpServers(org, { discover: true });
  const named = { server: 'files', tool: 'read' };
  expect(await root().changeMcpTool(org, named, { policy })).toMatchObject({ status, policy });
  const job = { type: 'mcp', ...named, org, user_id: 'alice' } as const;
  await expect(root().postJob(job)).rejects.toMatchObject({ status: 403, body: { reason } });
  // A policy outlives what the administrator changes of the server.
  await root().putMcpServer(org, { id: 'files', url: `${URL_}/2` });
  await root().listMcpServers(org, { discover: true });
  await expect(root().postJob(job)).rejects.toMatchObject({ status: 403, body: { reason } });
  await root().changeMcpTool(org, named, { policy: null });
  await root().postJob(job);
});
