import {
  COMMAND_MAX_MS,
  HTTP_MAX_MS,
  type HttpMethod,
  type JobBody,
  type JobSpec,
  type JobType,
  McpLimits,
  type OrgId,
  type ReplayClass,
  SandboxLimits,
  toBodyText,
} from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { CommandList } from '@bakerst/kit/command-list';
import { type AllowedHosts, checkUrl } from '@bakerst/kit/url-guard';
import type { FindChat } from '../deliveries/ports.ts';
import type { ToolChecker } from '../mcp/ports.ts';
import type { NewJob } from './ports.ts';

export interface JobRules {
  readonly commands: CommandList;
  readonly allowedHosts: AllowedHosts;
  readonly tools: ToolChecker;
  readonly findChat: FindChat;
}

/** Methods that only read (RFC 9110, 9.2.1). */
const SAFE_METHODS: ReadonlySet<HttpMethod> = new Set(['GET', 'HEAD']);
/** Where nothing outside sees it twice, a key would mean nothing. */
const KEYLESS: ReadonlySet<JobType> = new Set(['code', 'agent', 'command', 'mcp']);

/**
 * What of a new job its body decides: its spec with every default filled in, and its replay class.
 * Throws AppError AUTHORIZATION_ERROR for a command that is not on the list, a URL that may not be requested or a tool
 * that may not be called, NOT_FOUND for an unknown tool, and VALIDATION_ERROR for a replay class that the job cannot have.
 */
export function readJobBody(
  rules: JobRules,
  body: JobBody,
  org: OrgId,
): Pick<NewJob, 'spec' | 'replay' | 'orderingKey'> {
  const { spec, natural } =
    body.type === 'mcp' ? readToolCall(rules.tools, body, org) : readOther(rules, body);
  const replay = body.replay ?? natural;
  if (!mayReplay(spec.type, natural, replay)) throw wrongReplay(spec.type, replay);
  return { spec, replay, orderingKey: body.ordering_key };
}

type ToolCallBody = Extract<JobBody, { readonly type: 'mcp' }>;
type OtherBody = Exclude<JobBody, ToolCallBody>;

/** What a body asks for, and the replay class that it has by itself. */
interface ReadSpec {
  readonly spec: JobSpec;
  readonly natural: ReplayClass;
}

const UNKNOWN_TOOL: ReadonlySet<string> = new Set(['MCP_UNKNOWN_SERVER', 'MCP_UNKNOWN_TOOL']);

function readToolCall(tools: ToolChecker, body: ToolCallBody, org: OrgId): ReadSpec {
  const verdict = tools.checkTool(org, body);
  if (!verdict.ok) {
    const { code, message } = verdict.error;
    throw new AppError(UNKNOWN_TOOL.has(code) ? 'NOT_FOUND' : 'AUTHORIZATION_ERROR', message, {
      reason: code,
    });
  }
  const { server, tool, revision, replay } = verdict;
  const timeoutMs = body.timeout_ms ?? McpLimits.callMs;
  const args = body.arguments ?? {};
  return {
    spec: { type: 'mcp', server, tool, arguments: args, revision, timeoutMs },
    natural: replay,
  };
}

function readOther({ commands, allowedHosts }: JobRules, body: OtherBody): ReadSpec {
  switch (body.type) {
    case 'code': {
      const timeoutMs = body.timeout_ms ?? SandboxLimits.wallMs;
      return { spec: { type: 'code', code: body.code, timeoutMs }, natural: 'safe' };
    }
    case 'command': {
      const timeoutMs = body.timeout_ms ?? COMMAND_MAX_MS;
      const natural = commands.check(body.command).replay;
      return { spec: { type: 'command', command: body.command, timeoutMs }, natural };
    }
    case 'http':
      return readRequest(allowedHosts, body);
    case 'agent':
      return { spec: { type: 'agent', job: body.job }, natural: 'safe' };
    default:
      return body satisfies never;
  }
}

type RequestBody = Extract<JobBody, { readonly type: 'http' }>;

function readRequest(allowedHosts: AllowedHosts, body: RequestBody): ReadSpec {
  checkUrl(body.url, allowedHosts);
  const method = body.method ?? 'GET';
  return {
    spec: {
      type: 'http',
      url: body.url,
      method,
      headers: toHeaders(body),
      ...(body.body !== undefined && { body: toBodyText(body.body) }),
      timeoutMs: body.timeout_ms ?? HTTP_MAX_MS,
    },
    natural: SAFE_METHODS.has(method) ? 'safe' : 'never',
  };
}

/** What is sent as JSON says so, unless the job names another kind. */
function toHeaders({ headers = {}, body }: RequestBody): Readonly<Record<string, string>> {
  const isJson = body !== undefined && typeof body !== 'string';
  const isNamed = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  return isJson && !isNamed ? { ...headers, 'Content-Type': 'application/json' } : headers;
}

/** Whoever posts a job may be more careful with it; that a command changes nothing is for its list to say. */
function mayReplay(type: JobType, natural: ReplayClass, replay: ReplayClass): boolean {
  if (replay === natural || replay === 'never') return true;
  return !KEYLESS.has(type);
}

function wrongReplay(type: JobType, replay: ReplayClass): AppError {
  return new AppError('VALIDATION_ERROR', `a job of this kind (${type}) cannot be ${replay}`, {
    reason: 'INVALID_JOB',
  });
}
