import {
  COMMAND_MAX_MS,
  HTTP_MAX_MS,
  type HttpMethod,
  type JobBody,
  type JobSpec,
  type JobType,
  type ReplayClass,
  SandboxLimits,
  toBodyText,
} from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { CommandList } from '@bakerst/kit/command-list';
import { type AllowedHosts, checkUrl } from '@bakerst/kit/url-guard';
import type { NewJob } from './ports.ts';

export interface JobRules {
  readonly commands: CommandList;
  readonly allowedHosts: AllowedHosts;
}

/** Methods that only read (RFC 9110, 9.2.1). */
const SAFE_METHODS: ReadonlySet<HttpMethod> = new Set(['GET', 'HEAD']);
/** Where nothing outside sees it twice, a key would mean nothing. */
const KEYLESS: ReadonlySet<JobType> = new Set(['code', 'agent', 'command']);

/**
 * What of a new job its body decides: its spec with every default filled in, and its replay class.
 * Throws AppError AUTHORIZATION_ERROR for a command that is not on the list or a URL that may not be requested, and
 * VALIDATION_ERROR for a replay class that the job cannot have.
 */
export function readJobBody(
  rules: JobRules,
  body: JobBody,
): Pick<NewJob, 'spec' | 'replay' | 'orderingKey'> {
  const spec = toSpec(body);
  const natural = checkSpec(rules, spec);
  const replay = body.replay ?? natural;
  if (!mayReplay(spec.type, natural, replay)) throw wrongReplay(spec.type, replay);
  return { spec, replay, orderingKey: body.ordering_key };
}

function toSpec(body: JobBody): JobSpec {
  switch (body.type) {
    case 'code':
      return { type: 'code', code: body.code, timeoutMs: body.timeout_ms ?? SandboxLimits.wallMs };
    case 'command':
      return {
        type: 'command',
        command: body.command,
        timeoutMs: body.timeout_ms ?? COMMAND_MAX_MS,
      };
    case 'http':
      return {
        type: 'http',
        url: body.url,
        method: body.method ?? 'GET',
        headers: body.headers ?? {},
        ...(body.body !== undefined && { body: toBodyText(body.body) }),
        timeoutMs: body.timeout_ms ?? HTTP_MAX_MS,
      };
    case 'agent':
      return { type: 'agent', job: body.job };
    default:
      return body satisfies never;
  }
}

/** The replay class that the job has by itself. */
function checkSpec({ commands, allowedHosts }: JobRules, spec: JobSpec): ReplayClass {
  switch (spec.type) {
    case 'code':
    case 'agent':
      return 'safe';
    case 'command':
      return commands.check(spec.command).replay;
    case 'http':
      checkUrl(spec.url, allowedHosts);
      return SAFE_METHODS.has(spec.method) ? 'safe' : 'never';
    default:
      return spec satisfies never;
  }
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
