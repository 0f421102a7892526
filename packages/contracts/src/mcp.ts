import { z } from 'zod';
import { HttpUrl } from './http-url.ts';
import { JobId, OrgId, UserId } from './ids.ts';
import { boundedText, refusal } from './text.ts';

/** Limits of MCP (design section 8, BT-13). Sizes in bytes of UTF-8, times in ms. */
export const McpLimits = {
  serversPerOrg: 50,
  toolsPerServer: 128,
  descriptionBytes: 2 * 1024,
  /** Of one tool; a longer one makes the tool unusable rather than cut. */
  schemaBytes: 64 * 1024,
  argumentsBytes: 128 * 1024,
  answerBytes: 1024 * 1024,
  discoveryMs: 10_000,
  callMs: 30_000,
  callsPerRun: 100,
  downstreamPerRun: 120,
} as const;

export const McpServerId = z
  .string({ error: 'id must be a string' })
  .regex(/^[a-zA-Z0-9_-]{1,64}$/, { error: 'id must be 1 to 64 of a-z A-Z 0-9 _ -' })
  .refine((id) => !id.includes('__'), {
    error: 'id must not hold two underscores in a row',
    params: refusal('INVALID_FIELD'),
  });

/** A tool's own name, as its server spells it. */
export const McpToolName = boundedText({ name: 'tool', maxChars: 128 }).refine(
  (name) => name !== '',
  { error: 'tool is empty', params: refusal('INVALID_FIELD') },
);

/** What a call hands to a tool: an object of JSON. */
export const McpArguments = z
  .record(z.string(), z.json(), { error: 'arguments must be an object' })
  .refine((value) => byteLength(JSON.stringify(value)) <= McpLimits.argumentsBytes, {
    error: `arguments are larger than ${McpLimits.argumentsBytes} bytes`,
    params: refusal('PAYLOAD_TOO_LARGE'),
  });
export type McpArguments = z.infer<typeof McpArguments>;

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** What a worker needs to reach a server, answered by a brain on request and kept nowhere: it holds secrets. */
export const McpConnection = z.discriminatedUnion('transport', [
  z.object({
    transport: z.literal('streamable-http'),
    url: HttpUrl,
    /** Sent as `Authorization: Bearer`. */
    authToken: z.string().optional(),
  }),
  z.object({
    transport: z.literal('stdio'),
    /** Absolute path of a program, or the name of one beside Node or in /usr/local/bin, /usr/bin, /bin. */
    command: z.string(),
    args: z.array(z.string()),
    /** All that the process gets, besides PATH. */
    env: z.record(z.string(), z.string()),
  }),
]);
export type McpConnection = z.infer<typeof McpConnection>;

/** A server of an org; by this a worker asks how to reach it (subject `bakerst.config.mcp`). */
export const McpServerKey = z.object({ org: OrgId, server: McpServerId });
export type McpServerKey = z.infer<typeof McpServerKey>;

/** What a brain answers. Null for a server that does not exist, or is switched off. */
export const McpConfigAnswer = z.object({
  config: z
    .object({
      /** Changes with every change of the entry; a connection of another revision is out of date. */
      revision: z.int().nonnegative(),
      /** Any worker may talk to it, so nobody needs to hold it. */
      stateless: z.boolean(),
      connection: McpConnection,
    })
    .nullable(),
});
export type McpConfigAnswer = z.infer<typeof McpConfigAnswer>;

/** A tool as its server describes it, within the limits. */
export const McpTool = z.object({
  name: McpToolName,
  description: z.string(),
  inputSchema: z.record(z.string(), z.json()),
  annotations: z.object({
    readOnlyHint: z.boolean().optional(),
    destructiveHint: z.boolean().optional(),
    idempotentHint: z.boolean().optional(),
    openWorldHint: z.boolean().optional(),
  }),
});
export type McpTool = z.infer<typeof McpTool>;

/** A brain asks any worker what tools a server has (subject `bakerst.mcp.discover`). */
export const McpDiscoverAsk = McpServerKey.extend({
  revision: z.int().nonnegative(),
  requestId: z.string().optional(),
});
export type McpDiscoverAsk = z.infer<typeof McpDiscoverAsk>;

export const McpProblem = z.object({ code: z.string(), message: z.string() });
export type McpProblem = z.infer<typeof McpProblem>;

export const McpDiscovery = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('ok'),
    tools: z.array(McpTool).max(McpLimits.toolsPerServer),
    /** What was left out, and why. */
    warnings: z.array(z.string()),
    serverName: z.string().optional(),
    serverVersion: z.string().optional(),
  }),
  z.object({ status: z.literal('error'), error: McpProblem }),
]);
export type McpDiscovery = z.infer<typeof McpDiscovery>;

/** One call of a tool, from the worker that has the job to the one that holds the server (`bakerst.mcp.call…`). */
export const McpCall = McpServerKey.extend({
  user: UserId,
  /** As the server spells it. */
  tool: McpToolName,
  arguments: McpArguments,
  revision: z.int().nonnegative(),
  jobId: JobId,
  requestId: z.string(),
  /** How long the caller still waits. */
  timeoutMs: z.int().positive().max(McpLimits.callMs),
});
export type McpCall = z.infer<typeof McpCall>;

/** An image, a sound or a resource of an answer. */
export const McpMedia = z.object({
  mimeType: z.string().max(128),
  /** Of a resource that names itself. */
  name: z.string().max(200).optional(),
  /** base64. */
  data: z.string(),
});
export type McpMedia = z.infer<typeof McpMedia>;

/**
 * What a call came to. `failed` has certainly had no effect beyond what its code says, or the server itself said so;
 * `unreached` did not leave the worker and may be tried again; `unknown` left, and nothing came back.
 */
export const McpAnswer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('ok'),
    /** All text blocks, with blank lines between them; JSON of the content when there is neither text nor media. */
    text: z.string(),
    structured: z.record(z.string(), z.json()).optional(),
    media: z.array(McpMedia),
    /** The server says that the tool failed; the text tells how. */
    isError: z.boolean(),
    /** Calls that the server made behind this one, by `_meta.downstream_api_calls`. */
    downstream: z.int().nonnegative().optional(),
  }),
  z.object({ status: z.literal('failed'), error: McpProblem }),
  z.object({ status: z.literal('unreached'), error: McpProblem }),
  z.object({ status: z.literal('unknown'), error: McpProblem }),
]);
export type McpAnswer = z.infer<typeof McpAnswer>;

/** Core publish: what is known of a server is out of date (subject `bakerst.mcp.changed`). */
export const McpChanged = McpServerKey.extend({
  /** `tools`: the server says that its tools have changed. `config`: its entry was changed or removed. */
  what: z.enum(['tools', 'config']),
});
export type McpChanged = z.infer<typeof McpChanged>;
