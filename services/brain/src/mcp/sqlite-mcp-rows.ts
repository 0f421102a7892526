import { McpServerId, OrgId } from '@bakerst/contracts';
import { z } from 'zod';
import type { Reach, ServerEntry, StoredServer } from './mcp-server.ts';
import type { SecretBox } from './secret-box.ts';

const Texts = z.array(z.string());
const Sealed = z.record(z.string(), z.string());

const AUTH_TOKEN = 'authToken';
const ENV = 'env.';

const ServerRow = z.object({
  org_id: OrgId,
  id: McpServerId,
  name: z.string(),
  transport: z.enum(['streamable-http', 'stdio']),
  url: z.string().nullable(),
  program: z.string().nullable(),
  args: z.string(),
  is_enabled: z.int(),
  priority: z.number(),
  allowed_tools: z.string(),
  is_stateless: z.int(),
  origin: z.enum(['api', 'file']),
  revision: z.int(),
  secrets: z.string(),
  asked_at: z.int().nullable(),
  discovered_at: z.int().nullable(),
  error_code: z.string().nullable(),
  error_message: z.string().nullable(),
  warnings: z.string(),
  server_name: z.string().nullable(),
  server_version: z.string().nullable(),
  tool_count: z.int(),
  changed_count: z.int(),
});
type ServerRow = z.infer<typeof ServerRow>;

/** SQL: the server of the table `server` lets the tool of the table `tool` be seen. */
export const IS_ALLOWED = `(server.allowed_tools = '[]' OR EXISTS (
    SELECT 1 FROM json_each(server.allowed_tools) WHERE value = tool.name))`;

/** SQL: what may become of a call of the tool of the table `tool`. */
export const POLICY = `coalesce(tool.policy, tool.file_policy, 'auto')`;

/** SQL: the model may know of the tool. */
export const IS_SHOWN = `tool.is_listed = 1 AND tool.accepted_hash = tool.hash
  AND ${POLICY} <> 'deny' AND ${IS_ALLOWED}`;

/** SQL: sets what a server has said of a tool to nothing; its hashes stay. */
export const NOTHING_SAID = `replay = 'never', description = '', annotations = '{}',
  input_schema = '{}', accepted = NULL`;

const COUNT_TOOLS = `SELECT count(*) FROM mcp_tool tool
  WHERE tool.org_id = server.org_id AND tool.server_id = server.id`;

/** SQL: servers as `toServer` reads them. */
export const SELECT_SERVER = `SELECT server.*,
    (${COUNT_TOOLS} AND ${IS_SHOWN}) AS tool_count,
    (${COUNT_TOOLS} AND tool.is_listed = 1 AND tool.accepted_hash IS NOT tool.hash) AS changed_count
  FROM mcp_server server`;

export function toServer(value: unknown, box: SecretBox): StoredServer {
  const row = ServerRow.parse(value);
  return {
    key: { org: row.org_id, server: row.id },
    id: row.id,
    name: row.name,
    isEnabled: row.is_enabled === 1,
    priority: row.priority,
    allowedTools: Texts.parse(JSON.parse(row.allowed_tools)),
    isStateless: row.is_stateless === 1,
    reach: toReach(row, openSecrets(row, box)),
    origin: row.origin,
    revision: row.revision,
    health: {
      askedAt: row.asked_at ?? undefined,
      discoveredAt: row.discovered_at ?? undefined,
      error:
        row.error_code === null
          ? undefined
          : { code: row.error_code, message: row.error_message ?? '' },
      warnings: Texts.parse(JSON.parse(row.warnings)),
      serverName: row.server_name ?? undefined,
      serverVersion: row.server_version ?? undefined,
    },
    toolCount: row.tool_count,
    changedCount: row.changed_count,
  };
}

function toReach(row: ServerRow, secrets: ReadonlyMap<string, string>): Reach {
  if (row.transport === 'streamable-http')
    return {
      transport: row.transport,
      url: row.url ?? '',
      authToken: secrets.get(AUTH_TOKEN),
    };
  const variables = [...secrets].filter(([field]) => field.startsWith(ENV));
  return {
    transport: row.transport,
    program: row.program ?? '',
    args: Texts.parse(JSON.parse(row.args)),
    env: Object.fromEntries(variables.map(([field, value]) => [field.slice(ENV.length), value])),
  };
}

function openSecrets(row: ServerRow, box: SecretBox): ReadonlyMap<string, string> {
  const sealed = Object.entries(Sealed.parse(JSON.parse(row.secrets)));
  const place = { org: row.org_id, server: row.id };
  return new Map(sealed.map(([field, text]) => [field, box.open(text, { ...place, field })]));
}

/** What is stored of an entry, by the names that the statements have for it. */
export function toServerRow(org: OrgId, entry: ServerEntry, box: SecretBox) {
  const { id, reach } = entry;
  const isProgram = reach.transport === 'stdio';
  return {
    org,
    id,
    name: entry.name,
    transport: reach.transport,
    url: isProgram ? null : reach.url,
    program: isProgram ? reach.program : null,
    args: JSON.stringify(isProgram ? reach.args : []),
    isEnabled: entry.isEnabled ? 1 : 0,
    priority: entry.priority,
    allowedTools: JSON.stringify(entry.allowedTools),
    isStateless: entry.isStateless ? 1 : 0,
    secrets: JSON.stringify(sealSecrets(org, entry, box)),
  };
}

function sealSecrets(org: OrgId, { id, reach }: ServerEntry, box: SecretBox) {
  const plain: [string, string][] =
    reach.transport === 'stdio'
      ? Object.entries(reach.env).map(([name, value]) => [ENV + name, value])
      : reach.authToken === undefined
        ? []
        : [[AUTH_TOKEN, reach.authToken]];
  return Object.fromEntries(
    plain.map(([field, text]) => [field, box.seal(text, { org, server: id, field })]),
  );
}
