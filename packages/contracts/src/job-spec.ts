import { z } from 'zod';
import { HttpUrl } from './http-url.ts';
import { McpArguments, McpLimits, McpServerId, McpToolName } from './mcp.ts';
import { SandboxLimits } from './sandbox.ts';
import { boundedText, isCarriableText, refusal } from './text.ts';

/** Kinds of work that a worker may be asked for. Kinds join here as their features arrive. */
export const JobType = z.enum(['code', 'command', 'http', 'agent', 'mcp']);
export type JobType = z.infer<typeof JobType>;

/**
 * What may be done with a job whose outcome is unknown: `safe` is run again, `keyed` is run again under the same
 * Idempotency-Key, `never` is left for a person to judge.
 */
export const ReplayClass = z.enum(['safe', 'keyed', 'never']);
export type ReplayClass = z.infer<typeof ReplayClass>;

const COMMAND_MAX_CHARS = 1_024;
export const COMMAND_MAX_MS = 30_000;
export const HTTP_MAX_MS = 15_000;
export const HTTP_BODY_MAX_CHARS = 128 * 1024;
export const AGENT_JOB_MAX_CHARS = 10_000;
const MAX_HEADERS = 50;
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/;
/** Tab and everything printable; a line break would be a second header. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]{0,8192}$/;

/** Source text: not empty, at most 64 KiB of UTF-8. */
export const Source = z
  .string({ error: 'code must be a string' })
  .refine((code) => code.trim() !== '', { error: 'code is empty', params: refusal('INVALID_JOB') })
  .refine((code) => new TextEncoder().encode(code).length <= SandboxLimits.sourceBytes, {
    error: `code is larger than ${SandboxLimits.sourceBytes} bytes`,
    params: refusal('SOURCE_TOO_LARGE'),
  })
  .refine(isCarriableText, {
    error: 'code holds U+0000 or a lone surrogate',
    params: refusal('INVALID_TEXT'),
  });

/** Wall clock of a code job in ms; waiting in the queue does not count. */
export const CodeTimeoutMs = z.int().min(100).max(SandboxLimits.wallMs);

/** A program of the allow-list with its arguments, as one line; quotes keep an argument together, nothing else is special. */
export const CommandLine = boundedText({ name: 'command', maxChars: COMMAND_MAX_CHARS }).refine(
  (line) => line.trim() !== '' && !/[\r\n]/.test(line),
  { error: 'command must be one line that is not empty', params: refusal('INVALID_JOB') },
);

export const HttpMethod = z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
export type HttpMethod = z.infer<typeof HttpMethod>;

function httpHeaders(most: number) {
  return z
    .record(z.string().regex(HEADER_NAME), z.string().regex(HEADER_VALUE))
    .refine((headers) => Object.keys(headers).length <= most, {
      error: `more than ${most} headers`,
      params: refusal('INVALID_JOB'),
    });
}

export const HttpHeaders = httpHeaders(MAX_HEADERS);

export const HttpBody = boundedText({ name: 'body', maxChars: HTTP_BODY_MAX_CHARS });

/** What a sub-agent is to do, in words. */
export const AgentJob = boundedText({ name: 'job', maxChars: AGENT_JOB_MAX_CHARS }).refine(
  (job) => job.trim() !== '',
  { error: 'job is empty', params: refusal('INVALID_JOB') },
);

/** What a worker is asked to do, as it is stored and sent. */
export const JobSpec = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('code'),
    code: Source,
    timeoutMs: CodeTimeoutMs,
    /** The code may call no tools, whatever else its org may. */
    tools: z.literal('none').optional(),
  }),
  z.object({
    type: z.literal('command'),
    command: CommandLine,
    timeoutMs: z.int().min(100).max(COMMAND_MAX_MS),
  }),
  z.object({
    type: z.literal('http'),
    url: HttpUrl,
    method: HttpMethod,
    /** Those of the job, and what kind its body is of. */
    headers: httpHeaders(MAX_HEADERS + 1),
    body: HttpBody.optional(),
    timeoutMs: z.int().min(100).max(HTTP_MAX_MS),
  }),
  z.object({ type: z.literal('agent'), job: AgentJob }),
  z.object({
    type: z.literal('mcp'),
    server: McpServerId,
    /** As its server spells it. */
    tool: McpToolName,
    arguments: McpArguments,
    /** Of the server's entry when the job was posted. */
    revision: z.int().nonnegative(),
    timeoutMs: z.int().min(100).max(McpLimits.callMs),
  }),
]);
export type JobSpec = z.infer<typeof JobSpec>;
