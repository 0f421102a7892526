import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type McpDiscovery, McpServerId, type McpTool, OrgId } from '@bakerst/contracts';
import { silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { createGroupCommit } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import { createSecretBox } from './secret-box.ts';
import { createSqliteMcpDiscoveries } from './sqlite-mcp-discoveries.ts';
import { createSqliteMcpServers } from './sqlite-mcp-servers.ts';
import { createSqliteMcpTools } from './sqlite-mcp-tools.ts';

const ORG = OrgId.parse('home');
const FILES = McpServerId.parse('files');
const NO_TOKEN = { transport: 'streamable-http', authToken: undefined } as const;
const FAILURE: McpDiscovery = {
  status: 'error',
  error: { code: 'MCP_TIMEOUT', message: 'no answer' },
};

function openStores() {
  const db = openDatabase(join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'bakerst.db'));
  migrate(db, { log: silentLogger });
  db.exec(`INSERT INTO org (id, created_at) VALUES ('home', 0)`);
  const clock = createFakeClock();
  const key = Buffer.alloc(32);
  const deps = {
    db,
    writer: createGroupCommit(db, { clock, log: silentLogger }),
    clock,
    box: createSecretBox({ read: () => key, readOrMake: () => key }),
  };
  const servers = createSqliteMcpServers(deps);
  const put = async (url: string) => {
    const entry = {
      id: FILES,
      name: 'Files',
      isEnabled: true,
      priority: 50,
      allowedTools: [],
      isStateless: false,
      reach: { ...NO_TOKEN, url },
    };
    await servers.change(ORG, () => [entry]);
  };
  const tools = createSqliteMcpTools(deps);
  return {
    clock,
    put,
    discoveries: createSqliteMcpDiscoveries(deps),
    change: (tool: string, patch: Parameters<typeof tools.change>[2]) =>
      tools.change(ORG, { server: FILES, tool }, patch),
    listRows: () => db.prepare('SELECT name, description FROM mcp_tool ORDER BY name').all(),
    find: () => servers.find({ org: ORG, server: FILES }),
    listTools: () =>
      tools
        .list(ORG, FILES)
        .map(({ name, isListed, isChanged }) => ({ name, isListed, isChanged })),
  };
}

type Told = readonly [name: string, description: string];

function tell(...tools: readonly Told[]): McpDiscovery {
  const described = tools.map(
    ([name, description]): McpTool => ({ name, description, inputSchema: {}, annotations: {} }),
  );
  return { status: 'ok', tools: described, warnings: [] };
}

test('one brain at a time asks a server, and another one when that has not answered', async () => {
  const { clock, put, discoveries } = openStores();
  await put('https://example.org/');
  const until = clock.now() + 15_000;
  const [first, second] = await Promise.all([
    discoveries.claimDue(until, 8),
    discoveries.claimDue(until, 8),
  ]);
  expect([first.length, second.length]).toEqual([1, 0]);
  await clock.advance(15_000);
  expect(await discoveries.claimDue(clock.now() + 15_000, 8)).toHaveLength(1);
});

test('what is told for an entry that was changed meanwhile is not noted', async () => {
  const { put, discoveries, find, listTools } = openStores();
  await put('https://old.example.org/');
  const old = find();
  await put('https://new.example.org/');
  expect(old !== undefined && (await discoveries.record(old, tell(['read', 'a']), 0))).toBe(false);
  expect(listTools()).toEqual([]);
  expect(find()?.health.askedAt).toBe(undefined);
});

test('a failure keeps the tools that are known', async () => {
  const { clock, put, discoveries, find } = openStores();
  await put('https://example.org/');
  const server = find();
  if (server === undefined) throw new Error('it was put there');
  await discoveries.record(server, tell(['read', 'a'], ['write', 'b']), clock.now() + 1);
  await discoveries.record(server, FAILURE, clock.now() + 1);
  expect(find()).toMatchObject({ toolCount: 2, health: { error: { code: 'MCP_TIMEOUT' } } });
});

test('a tool that comes back with another definition, or changes and changes back', async () => {
  const { put, discoveries, find, listTools } = openStores();
  await put('https://example.org/');
  const server = find();
  if (server === undefined) throw new Error('it was put there');
  const record = (...tools: readonly Told[]) => discoveries.record(server, tell(...tools), 0);
  await record(['read', 'a']);
  await record();
  expect(listTools()).toEqual([{ name: 'read', isListed: false, isChanged: false }]);
  await record(['read', 'b']);
  expect(listTools()).toEqual([{ name: 'read', isListed: true, isChanged: true }]);
  await record(['read', 'a']);
  expect(listTools()).toEqual([{ name: 'read', isListed: true, isChanged: false }]);
  // Another address is another server.
  await put('https://elsewhere.example.org/');
  const moved = find();
  if (moved !== undefined) await discoveries.record(moved, tell(['read', 'c']), 0);
  expect(listTools()).toEqual([{ name: 'read', isListed: true, isChanged: false }]);
});

test('a tool that is named later waits, as a changed one does, until it is accepted', async () => {
  const { put, discoveries, find, listTools, change } = openStores();
  await put('https://example.org/');
  const server = find();
  if (server === undefined) throw new Error('it was put there');
  await discoveries.record(server, tell(['send', 'a']), 0);
  for (const description of ['b', 'c'])
    await discoveries.record(server, tell(['send', 'a'], ['send_v2', description]), 0);
  expect(listTools()).toEqual([
    { name: 'send', isListed: true, isChanged: false },
    { name: 'send_v2', isListed: true, isChanged: true },
  ]);
  expect(find()).toMatchObject({ toolCount: 1, changedCount: 1 });
  const { hash = '', accepted } = (await change('send_v2', {})) ?? {};
  expect(accepted).toBe(undefined);
  await change('send_v2', { accept: hash });
  expect(find()).toMatchObject({ toolCount: 2, changedCount: 0 });
});

test('of tools that are named no more only those stay that somebody decided about, without texts', async () => {
  const { put, discoveries, find, listRows, listTools, change } = openStores();
  await put('https://example.org/');
  const server = find();
  if (server === undefined) throw new Error('it was put there');
  const record = (...tools: readonly Told[]) => discoveries.record(server, tell(...tools), 0);
  await record(['read', 'a long text']);
  for (let time = 0; time < 5; time++) await record([`new-${time}`, 'another long text']);
  await change('new-4', { policy: 'deny' });
  await record();
  expect(listRows()).toEqual([
    { name: 'new-4', description: '' },
    { name: 'read', description: '' },
  ]);
  // What it said once is no longer there to be compared, but its hash is.
  await record(['read', 'another text']);
  expect((await change('read', {}))?.accepted).toBe(undefined);
  await record(['read', 'a long text']);
  expect(listTools()).toContainEqual({ name: 'read', isListed: true, isChanged: false });
});

test('no more than 256 tools that are named no more are remembered', async () => {
  const { put, discoveries, find, listRows, listTools, change } = openStores();
  await put('https://example.org/');
  const server = find();
  if (server === undefined) throw new Error('it was put there');
  for (let round = 0; round < 3; round++) {
    const named = Array.from({ length: 100 }, (_, at): Told => [`tool-${round}-${at}`, 'a text']);
    await discoveries.record(server, tell(...named), 0);
    for (const { name, isListed } of listTools()) {
      const { hash } = (isListed ? await change(name, {}) : undefined) ?? {};
      if (hash !== undefined) await change(name, { accept: hash });
    }
  }
  await discoveries.record(server, tell(), 0);
  expect(listRows()).toHaveLength(256);
});

test('a server that says all the time that its tools have changed is asked once in five seconds', async () => {
  const { clock, put, discoveries, find } = openStores();
  await put('https://example.org/');
  const server = find();
  if (server === undefined) throw new Error('it was put there');
  await discoveries.record(server, tell(), clock.now() + 600_000);
  await discoveries.makeDue(server.key);
  expect(await discoveries.claimDue(clock.now() + 1, 8)).toEqual([]);
  await clock.advance(5_000);
  expect(await discoveries.claimDue(clock.now() + 1, 8)).toHaveLength(1);
});
