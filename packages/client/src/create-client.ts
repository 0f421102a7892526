import {
  type ChatRequest,
  ChatResponse,
  HealthView,
  HistoryPage,
  JobAccepted,
  type JobBody,
  JobPage,
  type JobStatus,
  type JobType,
  JobView,
  type ResolveBody,
  RunHalted,
  RunPage,
  type RunStatus,
  RunStepPage,
  RunView,
  type UserEvent,
  WorkersView,
} from '@bakerst/contracts';
import type { z } from 'zod';
import { ApiError } from './api-error.ts';
import { type ReceivedEvent, readEvents, readUserEvents } from './read-events.ts';

export interface ClientOptions {
  /** Address of the brain, without a path. */
  readonly baseUrl: string;
  readonly token: string;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Repeating a call with the same key starts nothing twice. */
  readonly idempotencyKey?: string;
}

export interface FollowOptions extends CallOptions {
  /** The last event that was received: the stream goes on behind it. */
  readonly lastEventId?: string;
}

/** Whom a call by an admin, service or super credential is for. */
export interface NamedUser {
  readonly org?: string;
  readonly user_id?: string;
}

export interface PageQuery extends NamedUser {
  readonly limit?: number;
  readonly cursor?: string;
}

export interface RunQuery extends PageQuery {
  readonly status?: RunStatus;
  readonly conversation_id?: string;
}

export interface JobQuery extends PageQuery {
  readonly status?: JobStatus;
  readonly type?: JobType;
  readonly run_id?: string;
}

export type ChatInput = z.input<typeof ChatRequest>;

/** The brain's HTTP API, typed. Every method throws ApiError for an answer that is no success. */
export interface Client {
  health(): Promise<HealthView>;
  chat(input: ChatInput, options?: CallOptions): Promise<ChatResponse>;
  streamChat(input: ChatInput, options?: CallOptions): AsyncGenerator<ReceivedEvent>;
  getRun(id: string, named?: NamedUser): Promise<RunView>;
  followRun(id: string, options?: FollowOptions & NamedUser): AsyncGenerator<ReceivedEvent>;
  haltRun(id: string, named?: NamedUser): Promise<RunHalted>;
  /** Pages of runs, newest first. */
  listRuns(query?: RunQuery): Promise<RunPage>;
  /** Pages of a run's stored steps, oldest first. */
  listSteps(id: string, query?: PageQuery): Promise<RunStepPage>;
  /** What happens to the user's runs, jobs and conversations, from now on. */
  watchEvents(options?: CallOptions & NamedUser): AsyncGenerator<UserEvent>;
  postJob(body: z.input<typeof JobBody>, options?: CallOptions): Promise<JobAccepted>;
  getJob(id: string, named?: NamedUser): Promise<JobView>;
  /** Pages of jobs, newest first. */
  listJobs(query?: JobQuery): Promise<JobPage>;
  /** A dead job begins anew. */
  redriveJob(id: string, named?: NamedUser): Promise<JobView>;
  /** A dead job leaves the list. */
  dismissJob(id: string, named?: NamedUser): Promise<JobView>;
  haltJob(id: string, named?: NamedUser): Promise<JobView>;
  /** Says what became of a job whose outcome is unknown; the first answer counts. */
  resolveJob(id: string, said: z.input<typeof ResolveBody>): Promise<JobView>;
  /** The worker processes that were heard of lately. */
  listWorkers(): Promise<WorkersView>;
  listHistory(
    org: string,
    user: string,
    page?: { readonly limit?: number; readonly offset?: number },
  ): Promise<HistoryPage>;
}

export function createClient(options: ClientOptions): Client {
  const call = createCall(options);
  return {
    health: () => call.json(HealthView, { path: '/health' }),
    chat: (body, more) => call.json(ChatResponse, { path: '/api/v1/chat', body, ...more }),
    streamChat: (body, more) => call.events({ path: '/api/v1/chat/stream', body, ...more }),
    getRun: (id, named) => call.json(RunView, { path: runPath(id), query: named }),
    followRun: (id, { org, user_id, ...more } = {}) =>
      call.events({
        path: `${runPath(id)}/events`,
        query: { org, user_id },
        ...more,
      }),
    haltRun: (id, named) =>
      call.json(RunHalted, {
        path: `${runPath(id)}/halt`,
        query: named,
        body: {},
      }),
    listRuns: (query) => call.json(RunPage, { path: '/api/v1/runs', query: { ...query } }),
    listSteps: (id, query) =>
      call.json(RunStepPage, { path: `${runPath(id)}/steps`, query: { ...query } }),
    watchEvents: ({ org, user_id, ...more } = {}) =>
      call.userEvents({ path: '/api/v1/events', query: { org, user_id }, ...more }),
    postJob: (body, more) => call.json(JobAccepted, { path: '/api/v1/jobs', body, ...more }),
    getJob: (id, named) => call.json(JobView, { path: jobPath(id), query: named }),
    listJobs: (query) => call.json(JobPage, { path: '/api/v1/jobs', query: { ...query } }),
    redriveJob: (id, named) => act(call, `${jobPath(id)}/redrive`, named),
    dismissJob: (id, named) => act(call, `${jobPath(id)}/dismiss`, named),
    haltJob: (id, named) => act(call, `${jobPath(id)}/halt`, named),
    resolveJob: (id, said) => call.json(JobView, { path: `${jobPath(id)}/resolve`, body: said }),
    listWorkers: () => call.json(WorkersView, { path: '/api/v1/system/workers' }),
    listHistory: (org, user, page) =>
      call.json(HistoryPage, {
        path: `/api/v1/orgs/${encodeURIComponent(org)}/users/${encodeURIComponent(user)}/history`,
        query: page,
      }),
  };
}

function runPath(id: string): string {
  return `/api/v1/runs/${encodeURIComponent(id)}`;
}

function jobPath(id: string): string {
  return `/api/v1/jobs/${encodeURIComponent(id)}`;
}

function act(
  call: ReturnType<typeof createCall>,
  path: string,
  named: NamedUser | undefined,
): Promise<JobView> {
  return call.json(JobView, { path, query: named, body: {} });
}

interface Call extends FollowOptions {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>> | NamedUser | undefined;
  /** Makes the call a POST. */
  readonly body?: unknown;
}

function createCall({ baseUrl, token }: ClientOptions) {
  const send = async (call: Call): Promise<Response> => {
    const url = new URL(call.path, baseUrl);
    for (const [name, value] of Object.entries(call.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const response = await fetch(url, {
      method: call.body === undefined ? 'GET' : 'POST',
      headers: toHeaders(call, token),
      ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
      ...(call.signal !== undefined && { signal: call.signal }),
    });
    if (!response.ok) throw new ApiError(response, await response.text());
    return response;
  };
  return {
    async json<T extends z.ZodType>(schema: T, call: Call): Promise<z.output<T>> {
      const response = await send(call);
      return schema.parse(await response.json());
    },
    async *events(call: Call): AsyncGenerator<ReceivedEvent> {
      const { body } = await send(call);
      if (body !== null) yield* readEvents(body);
    },
    async *userEvents(call: Call): AsyncGenerator<UserEvent> {
      const { body } = await send(call);
      if (body !== null) yield* readUserEvents(body);
    },
  };
}

function toHeaders(call: Call, token: string): Record<string, string> {
  return {
    Authorization: `Bearer ${token}`,
    ...(call.body !== undefined && { 'Content-Type': 'application/json' }),
    ...(call.idempotencyKey !== undefined && { 'Idempotency-Key': call.idempotencyKey }),
    ...(call.lastEventId !== undefined && { 'Last-Event-ID': call.lastEventId }),
  };
}
