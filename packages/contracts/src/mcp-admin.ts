import { z } from 'zod';
import { URL_MAX_CHARS } from './http-url.ts';
import { ReplayClass } from './job-spec.ts';
import { McpLimits, McpProblem, McpServerId, McpToolName } from './mcp.ts';
import { boundedText, isCarriableText, refusal } from './text.ts';

const ID_MAX_CHARS = 64;
const NAME_MAX_CHARS = 128;
const SECRET_MAX_CHARS = 4_096;
const ARGUMENT_MAX_CHARS = 1_024;
const MAX_ARGUMENTS = 32;
const MAX_VARIABLES = 32;
const ID_MISSING = 'Server id is required and must be a string';

/** Stands in every answer for a secret, before its last four characters when it is long enough for that. */
export const SECRET_MASK = '••••';

const WrittenId = z
  .string({ error: ID_MISSING })
  .min(1, { error: ID_MISSING })
  .max(ID_MAX_CHARS, { error: `Server id must be <= ${ID_MAX_CHARS} characters` })
  .regex(/^[a-zA-Z0-9_-]+$/, {
    error: 'Server id must contain only alphanumeric characters, hyphens, and underscores',
  })
  .pipe(McpServerId);

const AllowedTools = z
  .array(z.string({ error: 'allowedTools must contain only strings' }).max(NAME_MAX_CHARS), {
    error: 'allowedTools must be an array of strings',
  })
  .max(McpLimits.toolsPerServer);

const Variables = z
  .record(
    z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/),
    boundedText({ name: 'a value of env', maxChars: SECRET_MAX_CHARS }),
    { error: 'env must be an object of strings' },
  )
  .refine((env) => Object.keys(env).length <= MAX_VARIABLES, {
    error: `env holds more than ${MAX_VARIABLES} variables`,
    params: refusal('INVALID_FIELD'),
  });

/**
 * A server as a client writes it (BT-13); what else stands there is ignored, so that an answer may be sent back. A secret
 * that is left out, or masked as it was shown, stays as it is; null or an empty text takes it away.
 */
export const McpServerWrite = z
  .object({
    id: WrittenId,
    name: z
      .string({ error: 'Server name must be a string' })
      .max(NAME_MAX_CHARS, { error: `Server name must be <= ${NAME_MAX_CHARS} characters` })
      .refine(isCarriableText, { error: 'Server name holds U+0000 or a lone surrogate' })
      .optional(),
    url: z
      .string({ error: 'Server url is required and must be a string' })
      .max(URL_MAX_CHARS, { error: `Server url must be <= ${URL_MAX_CHARS} characters` })
      .refine(isCarriableText, { error: 'Server url must be a valid URL' })
      .optional(),
    enabled: z.boolean({ error: 'enabled must be a boolean' }).optional(),
    /** Servers are listed in this order, the smallest first. */
    priority: z
      .number({ error: 'Server priority must be a number between 0 and 100' })
      .min(0, { error: 'Server priority must be a number between 0 and 100' })
      .max(100, { error: 'Server priority must be a number between 0 and 100' })
      .optional(),
    /** The only tools of the server that there are here; without it, or empty: all. */
    allowedTools: AllowedTools.optional(),
    authToken: z
      .string({ error: 'authToken must be a string or null' })
      .max(SECRET_MAX_CHARS)
      .nullable()
      .optional(),
    /** `json-rpc` is streamable HTTP of a server that keeps no session. */
    transport: z
      .enum(['streamable-http', 'stdio', 'json-rpc'], {
        error: "transport must be 'json-rpc', 'streamable-http' or 'stdio'",
      })
      .optional(),
    /** For `stdio`: a name of the operator's list of programs, and what may follow it by that list. */
    program: z.string({ error: 'program must be a string' }).max(ID_MAX_CHARS).optional(),
    args: z
      .array(boundedText({ name: 'an argument', maxChars: ARGUMENT_MAX_CHARS }), {
        error: 'args must be an array of strings',
      })
      .max(MAX_ARGUMENTS)
      .optional(),
    env: Variables.optional(),
    /** Several workers may talk to it at once. */
    stateless: z.boolean({ error: 'stateless must be a boolean' }).optional(),
  })
  .meta({ id: 'McpServerWrite' });
export type McpServerWrite = z.infer<typeof McpServerWrite>;

const Time = z.iso.datetime();

/** What is known of how a server does. */
const McpHealth = z.object({
  /** `unknown`: nobody has asked it yet. `failing`: its tools are those of an earlier time. */
  status: z.enum(['unknown', 'ok', 'failing']),
  /** When its tools were last told, and when it was last asked. */
  discovered_at: Time.nullable(),
  attempted_at: Time.nullable(),
  error: McpProblem.nullable(),
  /** What was left out of its tools, and why. */
  warnings: z.array(z.string()),
  server_name: z.string().nullable(),
  server_version: z.string().nullable(),
  /** Tools whose definition waits for an administrator. */
  tools_changed: z.int().nonnegative(),
});

/** A server as it is shown to administrators: without its secrets. */
export const McpServerView = z
  .object({
    id: McpServerId,
    name: z.string(),
    enabled: z.boolean(),
    priority: z.number(),
    allowedTools: z.array(z.string()).optional(),
    transport: z.enum(['streamable-http', 'stdio']),
    url: z.string().optional(),
    hasAuthToken: z.boolean(),
    /** Masked. */
    authToken: z.string().optional(),
    program: z.string().optional(),
    args: z.array(z.string()).optional(),
    /** Values are masked. */
    env: z.record(z.string(), z.string()).optional(),
    stateless: z.boolean(),
    /** `file`: as operating_system/MCP.json says, at every start; `api`: as it was written over the API. */
    origin: z.enum(['api', 'file']),
    revision: z.int().nonnegative(),
    /** Tools that can be seen here. */
    tools_count: z.int().nonnegative(),
    health: McpHealth,
    /** Only where the servers were to be asked: `skipped` for one that is switched off. */
    discovery_status: z.enum(['ok', 'error', 'skipped']).optional(),
    discovery_error: z.string().nullable().optional(),
  })
  .meta({ id: 'McpServer' });
export type McpServerView = z.infer<typeof McpServerView>;

export const McpServersView = z.object({
  org: z.string(),
  servers: z.array(McpServerView),
  /** What was done, after a change. */
  message: z.string().optional(),
});
export type McpServersView = z.infer<typeof McpServersView>;

/** `deny` never runs, `approve` waits for a person, whatever any text says. */
export const ToolPolicy = z.enum(['auto', 'approve', 'deny']);
export type ToolPolicy = z.infer<typeof ToolPolicy>;

/** What a server says of a tool, apart from its name. */
const Definition = z.object({
  description: z.string(),
  input_schema: z.record(z.string(), z.json()),
  annotations: z.record(z.string(), z.boolean()),
});

export const McpToolView = z
  .object({
    name: McpToolName,
    ...Definition.shape,
    /** Of the present definition; whoever accepts it names it. */
    hash: z.string(),
    /** `gone`: its server did not list it any more. `not_allowed`: allowedTools leaves it out. */
    status: z.enum(['callable', 'changed', 'denied', 'needs_approval', 'not_allowed', 'gone']),
    policy: ToolPolicy,
    replay: ReplayClass,
    /** The definition that was accepted, where the present one is another. */
    accepted: Definition.nullable(),
  })
  .meta({ id: 'McpTool' });
export type McpToolView = z.infer<typeof McpToolView>;

export const McpToolsView = z.object({ server: McpServerId, tools: z.array(McpToolView) });
export type McpToolsView = z.infer<typeof McpToolsView>;

/** Body of `PUT …/tools/:tool`; what is left out stays as it is. */
export const McpToolPatch = z.strictObject({
  /** Null: as the file says, else `auto`. */
  policy: ToolPolicy.nullable().optional(),
  /** The hash of the definition that is accepted; 409 when the present one is another. */
  accept: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'accept must be the hash of the definition')
    .optional(),
});
export type McpToolPatch = z.infer<typeof McpToolPatch>;
