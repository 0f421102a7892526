import type { McpProblem, OrgId } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { NamedTool, ToolChecker, ToolVerdict } from './ports.ts';
import { IS_ALLOWED, POLICY } from './sqlite-mcp-rows.ts';

/** Names that a refusal lists. */
const MOST_NAMES = 10;
/** As long as a name may be. */
const NAME_CHARS = 128;

const ServerRow = z.object({ id: z.string(), is_enabled: z.int() });
const ToolRow = z.object({
  server: z.string(),
  is_enabled: z.int(),
  revision: z.int(),
  name: z.string(),
  is_changed: z.int(),
  is_new: z.int(),
  policy: z.enum(['auto', 'approve', 'deny']),
  replay: z.enum(['safe', 'never']),
});
type ToolRow = z.infer<typeof ToolRow>;

export function createSqliteToolChecker(db: Database): ToolChecker {
  const sql = prepareStatements(db);
  return {
    checkTool(org, named) {
      const exact = sql.tool.get({ org, ...named });
      return exact === undefined ? checkAlike(sql, org, named) : judge(ToolRow.parse(exact));
    },
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: Database) {
  const isListed = `tool.org_id = @org AND tool.server_id = @server AND tool.is_listed = 1
    AND ${IS_ALLOWED}`;
  const joined = (hint = '') => `FROM mcp_server server JOIN mcp_tool tool ${hint}
      ON tool.org_id = server.org_id AND tool.server_id = server.id
    WHERE server.org_id = @org AND server.id = @server AND ${isListed}`;
  const names = `SELECT tool.name ${joined('INDEXED BY mcp_tool_shown')}`;
  const alike = (name: string) => `replace(${name}, '-', '_') = replace(@named, '-', '_')`;
  const servers = 'SELECT id, is_enabled FROM mcp_server WHERE org_id = @org';
  return {
    tool: db.prepare(
      `SELECT server.id AS server, server.is_enabled, server.revision, tool.name,
         tool.hash <> coalesce(tool.accepted_hash, '') AS is_changed,
         tool.accepted_hash IS NULL AS is_new, ${POLICY} AS policy, tool.replay ${joined()} AND tool.name = @tool`,
    ),
    server: db.prepare(`${servers} AND id = @named`),
    serversAlike: db.prepare(`${servers} AND ${alike('id')} LIMIT 2`),
    serverNames: db
      .prepare(
        'SELECT id FROM mcp_server WHERE org_id = @org AND is_enabled = 1 ORDER BY priority, id LIMIT @limit',
      )
      .pluck(),
    toolsAlike: db.prepare(`${names} AND ${alike('tool.name')} LIMIT 2`).pluck(),
    toolNames: db.prepare(`${names} ORDER BY tool.name LIMIT @limit`).pluck(),
  };
}

/** A name of that spelling goes before those that only look alike. */
function checkAlike(sql: Statements, org: OrgId, named: NamedTool): ToolVerdict {
  const server = findServer(sql, org, named.server);
  if ('code' in server) return refused(server);
  if (server.is_enabled === 0) return serverOff(server.id);
  const exact = sql.tool.get({ org, server: server.id, tool: named.tool });
  if (exact !== undefined) return judge(ToolRow.parse(exact));
  const alike = sql.toolsAlike.all({ org, server: server.id, named: named.tool });
  if (alike.length === 1)
    return judge(ToolRow.parse(sql.tool.get({ org, server: server.id, tool: alike[0] })));
  const names = sql.toolNames.all({ org, server: server.id, limit: MOST_NAMES });
  return refused({
    code: 'MCP_UNKNOWN_TOOL',
    message: `${server.id} has no tool ${quote(named.tool)}; ${listNames(names, 'tools')}`,
  });
}

function findServer(
  sql: Statements,
  org: OrgId,
  named: string,
): z.infer<typeof ServerRow> | McpProblem {
  const exact = sql.server.get({ org, named });
  if (exact !== undefined) return ServerRow.parse(exact);
  const [alike, ...more] = sql.serversAlike.all({ org, named });
  if (alike !== undefined && more.length === 0) return ServerRow.parse(alike);
  const names = sql.serverNames.all({ org, limit: MOST_NAMES });
  return {
    code: 'MCP_UNKNOWN_SERVER',
    message: `there is no server ${quote(named)}; ${listNames(names, 'servers')}`,
  };
}

function judge(row: ToolRow): ToolVerdict {
  const { server, name, revision, replay } = row;
  if (row.is_enabled === 0) return serverOff(server);
  const full = `${server}.${name}`;
  if (row.policy === 'deny')
    return refused({ code: 'TOOL_DENIED', message: `${full} may not be called` });
  if (row.is_changed === 1)
    return refused({
      code: 'MCP_TOOL_CHANGED',
      message: `${row.is_new === 1 ? `${full} is new` : `the definition of ${full} has changed`}: an administrator has to accept it first`,
    });
  if (row.policy === 'approve')
    return refused({
      code: 'APPROVAL_REQUIRED',
      message: `${full} may only be called after a person has approved it`,
    });
  return { ok: true, server, tool: name, revision, replay };
}

function serverOff(id: string): ToolVerdict {
  return refused({ code: 'MCP_SERVER_OFF', message: `${id} is switched off` });
}

function refused(error: McpProblem): ToolVerdict {
  return { ok: false, error };
}

function quote(name: string): string {
  return JSON.stringify(name.slice(0, NAME_CHARS));
}

function listNames(names: readonly unknown[], what: string): string {
  return names.length === 0 ? `there are no ${what} now` : `there are ${names.join(', ')}`;
}
