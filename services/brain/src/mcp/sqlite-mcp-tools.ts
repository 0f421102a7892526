import { McpTool, type OrgId, ToolPolicy } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Writer } from '../storage/group-commit.ts';
import type { ToolStore } from './ports.ts';
import { IS_ALLOWED, POLICY } from './sqlite-mcp-rows.ts';
import type { ToolDefinition, ToolRecord } from './tool.ts';

const Schema = McpTool.shape.inputSchema;
const Annotations = z.record(z.string(), z.boolean());
const Accepted = z.object({
  description: z.string(),
  annotations: Annotations,
  inputSchema: Schema,
});

const ToolRow = z.object({
  name: z.string(),
  hash: z.string(),
  accepted_hash: z.string().nullable(),
  is_listed: z.int(),
  is_allowed: z.int(),
  effective_policy: ToolPolicy,
  replay: z.enum(['safe', 'never']),
  description: z.string(),
  annotations: z.string(),
  input_schema: z.string(),
  accepted: z.string().nullable(),
});

interface StoreDeps {
  readonly db: Database;
  readonly writer: Writer;
}

export function createSqliteMcpTools({ db, writer }: StoreDeps): ToolStore {
  const select = `SELECT tool.*, ${POLICY} AS effective_policy, ${IS_ALLOWED} AS is_allowed
    FROM mcp_tool tool JOIN mcp_server server
      ON server.org_id = tool.org_id AND server.id = tool.server_id
    WHERE tool.org_id = @org AND tool.server_id = @server AND tool.hash IS NOT NULL`;
  const list = db.prepare(`${select} ORDER BY tool.name`);
  const find = db.prepare(`${select} AND tool.name = @tool`);
  const isTool = 'org_id = @org AND server_id = @server AND name = @tool';
  const setPolicy = db.prepare(`UPDATE mcp_tool SET policy = @policy WHERE ${isTool}`);
  const accept = db.prepare(
    `UPDATE mcp_tool SET accepted_hash = hash, accepted = NULL WHERE ${isTool} AND hash = @accept`,
  );
  const read = (org: OrgId, named: { server: string; tool: string }): ToolRecord | undefined => {
    const row = find.get({ org, ...named });
    return row === undefined ? undefined : toTool(row);
  };
  return {
    list: (org, server) => list.all({ org, server }).map(toTool),
    change: (org, named, change) =>
      writer.write(() => {
        if (read(org, named) === undefined) return undefined;
        const { policy, accept: hash } = change;
        if (policy !== undefined) setPolicy.run({ org, ...named, policy });
        const isOther =
          hash !== undefined && accept.run({ org, ...named, accept: hash }).changes === 0;
        if (isOther) throw changedAgain();
        return read(org, named);
      }),
  };
}

function changedAgain(): AppError {
  return new AppError('CONFLICT', 'the definition is another one by now: look at it again', {
    reason: 'MCP_TOOL_CHANGED',
  });
}

function toTool(value: unknown): ToolRecord {
  const row = ToolRow.parse(value);
  return {
    name: row.name,
    description: row.description,
    inputSchema: Schema.parse(JSON.parse(row.input_schema)),
    annotations: Annotations.parse(JSON.parse(row.annotations)),
    hash: row.hash,
    isListed: row.is_listed === 1,
    isAllowed: row.is_allowed === 1,
    policy: row.effective_policy,
    replay: row.replay,
    isChanged: row.hash !== row.accepted_hash,
    accepted: row.accepted === null ? undefined : toDefinition(row.accepted),
  };
}

function toDefinition(json: string): ToolDefinition {
  return Accepted.parse(JSON.parse(json));
}
