import { z } from 'zod';
import { DeliverTo } from './channel-speaker.ts';
import { HttpUrl } from './http-url.ts';
import { JobId, OrgId, RunId, UserId } from './ids.ts';
import {
  AgentJob,
  COMMAND_MAX_MS,
  CodeTimeoutMs,
  CommandLine,
  HTTP_BODY_MAX_CHARS,
  HTTP_MAX_MS,
  HttpBody,
  HttpHeaders,
  HttpMethod,
  JobType,
  ReplayClass,
  Source,
} from './job-spec.ts';
import { McpArguments, McpLimits, McpServerId, McpToolName } from './mcp.ts';
import { boundedText, refusal } from './text.ts';

export const JobStatus = z.enum([
  'queued',
  'dispatched',
  'received',
  'running',
  'completed',
  'failed',
  'interrupted',
  'halted',
  'dead',
]);
export type JobStatus = z.infer<typeof JobStatus>;

const TERMINAL: ReadonlySet<JobStatus> = new Set([
  'completed',
  'failed',
  'interrupted',
  'halted',
  'dead',
]);

/** True for a state that only redrive or resolve leaves. */
export function isTerminalJob(status: JobStatus): boolean {
  return TERMINAL.has(status);
}

export const ORDERING_KEY_MAX_CHARS = 128;

const OrderingKey = boundedText({
  name: 'ordering_key',
  maxChars: ORDERING_KEY_MAX_CHARS,
}).refine((key) => key !== '', { error: 'ordering_key is empty', params: refusal('INVALID_JOB') });

/** Text as it stands; anything else is sent as JSON. */
const BodyValue = z.json().refine((body) => HttpBody.safeParse(toBodyText(body)).success, {
  error: `body is longer than ${HTTP_BODY_MAX_CHARS} characters, or holds U+0000 or a lone surrogate`,
  params: refusal('INVALID_JOB'),
});

/** What is sent for a body: text as it is, anything else as JSON. */
export function toBodyText(body: z.infer<ReturnType<typeof z.json>>): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** What every kind of job may say of itself. */
const common = {
  replay: ReplayClass.optional(),
  /** Jobs of one user with the same key are executed one after the other, in the order in which they were posted. */
  ordering_key: OrderingKey.optional(),
  deliver_to: DeliverTo.optional(),
  org: OrgId.optional(),
  user_id: UserId.optional(),
};

/** Body of `POST /api/v1/jobs`; strict, one variant per kind. */
export const JobBody = z
  .discriminatedUnion(
    'type',
    [
      z.strictObject({
        type: z.literal('code'),
        code: Source,
        timeout_ms: CodeTimeoutMs.optional(),
        ...common,
      }),
      z.strictObject({
        type: z.literal('command'),
        command: CommandLine,
        timeout_ms: z.int().min(100).max(COMMAND_MAX_MS).optional(),
        ...common,
      }),
      z.strictObject({
        type: z.literal('http'),
        url: HttpUrl,
        method: HttpMethod.optional(),
        headers: HttpHeaders.optional(),
        body: BodyValue.optional(),
        timeout_ms: z.int().min(100).max(HTTP_MAX_MS).optional(),
        ...common,
      }),
      z.strictObject({ type: z.literal('agent'), job: AgentJob, ...common }),
      z.strictObject({
        type: z.literal('mcp'),
        server: McpServerId,
        tool: McpToolName,
        arguments: McpArguments.optional(),
        timeout_ms: z.int().min(100).max(McpLimits.callMs).optional(),
        ...common,
      }),
    ],
    { error: `type must be one of ${JobType.options.join(', ')}` },
  )
  .meta({ id: 'JobBody' });
export type JobBody = z.infer<typeof JobBody>;

export const JobFailure = z.object({ code: z.string(), message: z.string() });
export type JobFailure = z.infer<typeof JobFailure>;

const Time = z.iso.datetime();

/** `GET /api/v1/jobs/:id`. */
export const JobView = z
  .object({
    id: JobId,
    type: JobType,
    /** What it does, in one line: code, a command, a method and an address without its query, a tool. */
    summary: z.string(),
    status: JobStatus,
    attempt: z.int().positive(),
    replay: ReplayClass,
    ordering_key: z.string().nullable(),
    run_id: RunId.nullable(),
    worker_id: z.string().nullable(),
    created_at: Time,
    started_at: Time.nullable(),
    finished_at: Time.nullable(),
    result: z.json().nullable(),
    error: JobFailure.nullable(),
  })
  .meta({ id: 'Job' });
export type JobView = z.infer<typeof JobView>;

/** 202 of `POST /api/v1/jobs`. */
export const JobAccepted = z.object({ id: JobId, status: JobStatus });
export type JobAccepted = z.infer<typeof JobAccepted>;

export const JobPage = z.object({ data: z.array(JobView), next_cursor: z.string().nullable() });
export type JobPage = z.infer<typeof JobPage>;

/** What a person says of a job whose outcome is unknown. */
export const ResolveOutcome = z.enum(['happened', 'did_not_happen', 'retry']);
export type ResolveOutcome = z.infer<typeof ResolveOutcome>;

/** Body of `POST /api/v1/jobs/:id/resolve`. */
export const ResolveBody = z.strictObject({
  outcome: ResolveOutcome,
  /** What came of it, where the person knows that. */
  result: z.json().optional(),
  org: OrgId.optional(),
  user_id: UserId.optional(),
});
export type ResolveBody = z.infer<typeof ResolveBody>;
