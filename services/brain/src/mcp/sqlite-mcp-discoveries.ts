import { type McpDiscovery, type McpProblem, McpServerKey, type McpTool } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Writer } from '../storage/group-commit.ts';
import { cleanJson, cleanText, isPlainName } from './clean-text.ts';
import { hashDefinition } from './hash-definition.ts';
import type { DiscoveryStore, DueServer } from './ports.ts';
import { NOTHING_SAID } from './sqlite-mcp-rows.ts';
import { replayOf } from './tool.ts';

/** Of what a server says beside its tools. */
const NOTE_CHARS = 500;
const NAME_CHARS = 128;
const DESCRIPTION_CHARS = 2_048;
/** A server that says all the time that its tools have changed is not asked all the time. */
const PAUSE_MS = 5_000;
/** Accepted tools that a server no longer names; one that is forgotten and comes back waits like a new one. */
const REMEMBERED_TOOLS = 256;

const DueRow = z
  .object({ org: z.string(), server: z.string(), revision: z.int() })
  .transform(({ revision, ...key }): DueServer => ({ key: McpServerKey.parse(key), revision }));

interface StoreDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Pick<Clock, 'now'>;
}

export function createSqliteMcpDiscoveries({ db, writer, clock }: StoreDeps): DiscoveryStore {
  const sql = prepareStatements(db);
  return {
    async claimDue(until, limit) {
      // Nearly always there is none, and nothing to write.
      if (sql.isDue.get(clock.now()) === undefined) return [];
      return await writer.write(() =>
        sql.claim.all({ now: clock.now(), until, limit }).map((row) => DueRow.parse(row)),
      );
    },
    makeDue: (key) => writer.write(() => void sql.makeDue.run({ ...key, pauseMs: PAUSE_MS })),
    record: ({ key, revision }, told, askAfter) =>
      writer.write(() => {
        const fields = { ...key, revision, now: clock.now(), askAfter };
        if (told.status === 'error')
          return sql.noteError.run({ ...fields, ...toProblem(told.error) }).changes > 0;
        const isFirst = sql.isFirst.get(fields);
        if (isFirst === undefined) return false;
        sql.noteTold.run({ ...fields, ...toNotes(told) });
        const rows = told.tools.filter(hasPlainName).map((tool) => toToolRow(key, tool));
        for (const row of rows) sql.putTool.run({ ...row, isFirst });
        const names = JSON.stringify(rows.map(({ name }) => name));
        sql.unlist.run({ ...key, names });
        sql.forgetGone.run({ ...key, limit: REMEMBERED_TOOLS });
        return true;
      }),
  };
}

function toProblem({ code, message }: McpProblem): McpProblem {
  return { code: cleanText(code, NAME_CHARS), message: cleanText(message, NOTE_CHARS) };
}

function hasPlainName({ name }: McpTool): boolean {
  return isPlainName(name);
}

function toNotes(told: McpDiscovery & { status: 'ok' }) {
  const { tools, serverName, serverVersion } = told;
  const odd = tools.filter((tool) => !hasPlainName(tool)).length;
  const warnings = [
    ...told.warnings,
    ...(odd > 0 ? [`${odd} tools have signs in their names that nobody sees`] : []),
  ];
  return {
    warnings: JSON.stringify(warnings.map((warning) => cleanText(warning, NOTE_CHARS))),
    serverName: serverName === undefined ? null : cleanText(serverName, NAME_CHARS),
    serverVersion: serverVersion === undefined ? null : cleanText(serverVersion, NAME_CHARS),
  };
}

function toToolRow(key: McpServerKey, tool: McpTool) {
  return {
    ...key,
    name: tool.name,
    hash: hashDefinition(tool),
    replay: replayOf(tool),
    description: cleanText(tool.description, DESCRIPTION_CHARS),
    annotations: JSON.stringify(tool.annotations),
    inputSchema: JSON.stringify(cleanJson(tool.inputSchema)),
  };
}

/** SQL: a definition as it is kept for comparison. */
const PRESENT = `json_object('description', description, 'annotations', json(annotations),
  'inputSchema', json(input_schema))`;

/** SQL: what a server tells first is accepted with it. Of a later change, what was accepted is kept to be compared. */
const PUT_TOOL = `INSERT INTO mcp_tool (org_id, server_id, name, is_listed, hash, accepted_hash, replay,
     description, annotations, input_schema)
   VALUES (@org, @server, @name, 1, @hash, iif(@isFirst, @hash, NULL), @replay, @description,
     @annotations, @inputSchema)
   ON CONFLICT DO UPDATE SET is_listed = 1, hash = @hash,
     accepted_hash = coalesce(accepted_hash, excluded.accepted_hash),
     accepted = CASE WHEN coalesce(accepted_hash, @hash) = @hash THEN NULL
       WHEN accepted_hash = hash AND is_listed = 1 THEN ${PRESENT} ELSE accepted END,
     replay = @replay, description = @description, annotations = @annotations,
     input_schema = @inputSchema`;

function prepareStatements(db: Database) {
  const isAsked = 'org_id = @org AND id = @server AND revision = @revision';
  return {
    claim: db.prepare(
      `UPDATE mcp_server SET ask_after = @until WHERE (org_id, id) IN (
         SELECT org_id, id FROM mcp_server WHERE is_enabled = 1 AND ask_after <= @now
         ORDER BY ask_after LIMIT @limit)
       RETURNING org_id AS org, id AS server, revision`,
    ),
    isDue: db.prepare('SELECT 1 FROM mcp_server WHERE is_enabled = 1 AND ask_after <= ? LIMIT 1'),
    makeDue: db.prepare(
      `UPDATE mcp_server SET ask_after = min(ask_after, coalesce(asked_at, 0) + @pauseMs)
       WHERE org_id = @org AND id = @server`,
    ),
    noteError: db.prepare(
      `UPDATE mcp_server SET asked_at = @now, ask_after = @askAfter, error_code = @code,
         error_message = @message WHERE ${isAsked}`,
    ),
    noteTold: db.prepare(
      `UPDATE mcp_server SET asked_at = @now, discovered_at = @now, ask_after = @askAfter,
         error_code = NULL, error_message = NULL, warnings = @warnings,
         server_name = @serverName, server_version = @serverVersion WHERE ${isAsked}`,
    ),
    isFirst: db.prepare(`SELECT discovered_at IS NULL FROM mcp_server WHERE ${isAsked}`).pluck(),
    // What a server says is kept for as long as it says so: it decides how much that is.
    unlist: db.prepare(
      `UPDATE mcp_tool SET is_listed = 0, ${NOTHING_SAID}
       WHERE org_id = @org AND server_id = @server AND is_listed = 1
         AND name NOT IN (SELECT value FROM json_each(@names))`,
    ),
    forgetGone: db.prepare(
      `DELETE FROM mcp_tool WHERE org_id = @org AND server_id = @server AND is_listed = 0
         AND policy IS NULL AND file_policy IS NULL AND name NOT IN (
           SELECT name FROM mcp_tool WHERE org_id = @org AND server_id = @server AND is_listed = 0
             AND policy IS NULL AND file_policy IS NULL AND accepted_hash IS NOT NULL
           ORDER BY name LIMIT @limit)`,
    ),
    putTool: db.prepare(PUT_TOOL),
  };
}
