import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { McpServerId, type McpTool, OrgId } from '@bakerst/contracts';
import { silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { beforeAll, expect, test } from 'vitest';
import { createGroupCommit } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import type { ServerEntry } from './mcp-server.ts';
import type { ToolChecker } from './ports.ts';
import { createSecretBox } from './secret-box.ts';
import { createSqliteMcpDiscoveries } from './sqlite-mcp-discoveries.ts';
import { createSqliteMcpServers } from './sqlite-mcp-servers.ts';
import { createSqliteMcpTools } from './sqlite-mcp-tools.ts';
import { createSqliteToolChecker } from './sqlite-tool-checker.ts';

const ORG = OrgId.parse('home');
const key = Buffer.alloc(32);

let checker: ToolChecker;
let revision: number;
beforeAll(async () => {
  const db = openDatabase(join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'bakerst.db'));
  migrate(db, { log: silentLogger });
  db.exec(`INSERT INTO org (id, created_at) VALUES ('home', 0), ('mill', 0)`);
  const clock = createFakeClock();
  const deps = {
    db,
    writer: createGroupCommit(db, { clock, log: silentLogger }),
    clock,
    box: createSecretBox({ read: () => key, readOrMake: () => key }),
  };
  const servers = createSqliteMcpServers(deps);
  const entries = [
    makeServer('my-files', { allowedTools: ['read-file', 'read_file', 'a-b', 'write', 'a.b'] }),
    makeServer('off', { isEnabled: false }),
    makeServer('x-y'),
    makeServer('x_y'),
    makeServer('p-q'),
    makeServer('p-q-r'),
  ];
  const made = await servers.change(ORG, () => entries);
  const discoveries = createSqliteMcpDiscoveries(deps);
  for (const server of made.servers)
    await discoveries.record(
      server,
      {
        status: 'ok',
        tools: ['read-file', 'read_file', 'a-b', 'write', 'hidden'].map(makeTool),
        warnings: [],
      },
      0,
    );
  const tools = createSqliteMcpTools(deps);
  await tools.change(ORG, { server: 'my-files', tool: 'write' }, { policy: 'deny' });
  checker = createSqliteToolChecker(db);
  revision = made.servers.find(({ id }) => id === 'my-files')?.revision ?? -1;
});

function makeServer(id: string, more: Partial<ServerEntry> = {}): ServerEntry {
  return {
    id: McpServerId.parse(id),
    name: id,
    isEnabled: true,
    priority: 50,
    allowedTools: [],
    isStateless: false,
    reach: { transport: 'streamable-http', url: 'https://example.org/', authToken: undefined },
    ...more,
  };
}

function makeTool(name: string): McpTool {
  const annotations = name === 'a-b' ? { idempotentHint: true } : {};
  return { name, description: '', inputSchema: { type: 'object' }, annotations };
}

test.each([
  ['my-files', 'read-file', 'read-file', 'never'],
  ['my-files', 'read_file', 'read_file', 'never'],
  ['my_files', 'a-b', 'a-b', 'safe'],
  ['my_files', 'a_b', 'a-b', 'safe'],
])('%s.%s is the tool %s, and %s to be repeated', (...[server, tool, name, replay]) => {
  expect(checker.checkTool(ORG, { server, tool })).toEqual({
    ok: true,
    server: 'my-files',
    tool: name,
    replay,
    revision,
  });
});

test.each([
  ['MCP_UNKNOWN_SERVER', 'nowhere', 'read-file', /there are my-files, p-q, p-q-r, x-y, x_y$/],
  ['MCP_SERVER_OFF', 'off', 'read-file', /^off is switched off/],
  ['MCP_UNKNOWN_TOOL', 'my-files', 'hidden', /there are a-b, read-file, read_file, write$/],
  ['MCP_UNKNOWN_TOOL', 'my-files', '', /has no tool ""/],
  ['TOOL_DENIED', 'my-files', 'write', /^my-files.write may not be called$/],
])('%s for %s.%s', (...[code, server, tool, message]) => {
  const verdict = checker.checkTool(ORG, { server, tool });
  expect(verdict).toMatchObject({ ok: false, error: { code } });
  expect(verdict.ok ? '' : verdict.error.message).toMatch(message);
});

test('what two servers could be meant by is spelled exactly, or is neither', () => {
  expect(checker.checkTool(ORG, { server: 'x_y', tool: 'a-b' })).toMatchObject({ server: 'x_y' });
  expect(checker.checkTool(ORG, { server: 'p_q_r', tool: 'a_b' })).toMatchObject({
    server: 'p-q-r',
  });
});

test('another org has none of them', () => {
  const verdict = checker.checkTool(OrgId.parse('mill'), { server: 'my-files', tool: 'a-b' });
  expect(verdict).toMatchObject({ error: { code: 'MCP_UNKNOWN_SERVER' } });
});
