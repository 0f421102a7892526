import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { ToolCatalogue } from './ports.ts';
import { IS_SHOWN } from './sqlite-mcp-rows.ts';

/** Of a long description its beginning says what a tool is for. */
const LISTED_CHARS = 400;

const ServerRow = z
  .object({ id: z.string(), name: z.string(), tool_count: z.int() })
  .transform(({ tool_count: toolCount, ...row }) => ({ ...row, toolCount }));
const ToolRow = z.object({ server: z.string(), name: z.string(), description: z.string() });
const SchemaRow = ToolRow.extend({ schema: z.string() });

export function createSqliteToolCatalogue(db: Database): ToolCatalogue {
  const shown = `FROM mcp_server server JOIN mcp_tool tool
      ON tool.org_id = server.org_id AND tool.server_id = server.id
    WHERE server.org_id = @org AND server.is_enabled = 1 AND ${IS_SHOWN}`;
  const named = 'server.id AS server, tool.name';
  const servers = db.prepare(
    `SELECT server.id, server.name, count(*) AS tool_count ${shown}
     GROUP BY server.id ORDER BY server.priority, server.id`,
  );
  const tools = db.prepare(
    `SELECT ${named}, substr(tool.description, 1, ${LISTED_CHARS}) AS description ${shown}
     ORDER BY server.priority, server.id, tool.name`,
  );
  const schema = db.prepare(
    `SELECT ${named}, tool.description, tool.input_schema AS schema ${shown}
       AND tool.server_id = @server AND tool.name = @tool`,
  );
  return {
    listServers: (org) => servers.all({ org }).map((row) => ServerRow.parse(row)),
    listTools: (org) => tools.all({ org }).map((row) => ToolRow.parse(row)),
    findSchema(org, named) {
      const row = schema.get({ org, ...named });
      return row === undefined ? undefined : SchemaRow.parse(row);
    },
  };
}
