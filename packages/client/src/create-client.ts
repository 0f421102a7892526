import {
  Api,
  type BackupsView,
  type BackupView,
  type ChatRequest,
  type ChatResponse,
  type HealthView,
  type HistoryPage,
  type JobAccepted,
  type JobBody,
  type JobPage,
  type JobStatus,
  type JobType,
  type JobView,
  type ResolveBody,
  type RunHalted,
  type RunPage,
  type RunStatus,
  type RunStepPage,
  type RunView,
  type SystemHealthView,
  type UserEvent,
  type WorkersView,
} from '@bakerst/contracts';
import type { z } from 'zod';
import {
  type Call,
  type CallOptions,
  type ClientOptions,
  createCall,
  type FollowOptions,
} from './create-call.ts';
import type { ReceivedEvent } from './read-events.ts';

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
  livez(): Promise<{ readonly ok: boolean }>;
  readyz(): Promise<{ readonly ok: boolean }>;
  health(): Promise<HealthView>;
  /** The description of the whole API. */
  openapi(): Promise<Record<string, unknown>>;
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
  /** How each part of the system is at this moment. */
  systemHealth(): Promise<SystemHealthView>;
  /** Counters and gauges in the text format of Prometheus. */
  metrics(): Promise<string>;
  /** The worker processes that were heard of lately. */
  listWorkers(): Promise<WorkersView>;
  /** Makes a backup; it is whole and checked when this resolves. */
  createBackup(): Promise<BackupView>;
  /** The backups that are there, newest first. */
  listBackups(): Promise<BackupsView>;
  listHistory(
    org: string,
    user: string,
    page?: { readonly limit?: number; readonly offset?: number },
  ): Promise<HistoryPage>;
}

export function createClient(options: ClientOptions): Client {
  const call = createCall(options);
  return { ...createChatMethods(call), ...createJobMethods(call), ...createOtherMethods(call) };
}

function createChatMethods(call: Call) {
  return {
    chat: (body, more) => call.json(Api.chat, { body, ...more }),
    streamChat: (body, more) => call.events(Api.streamChat, { body, ...more }),
    getRun: (id, query) => call.json(Api.getRun, { params: { id }, query: { ...query } }),
    followRun: (id, { org, user_id, ...more } = {}) =>
      call.events(Api.followRun, { params: { id }, query: { org, user_id }, ...more }),
    haltRun: (id, query) =>
      call.json(Api.haltRun, { params: { id }, query: { ...query }, body: {} }),
    listRuns: (query) => call.json(Api.listRuns, { query: { ...query } }),
    listSteps: (id, query) => call.json(Api.listSteps, { params: { id }, query: { ...query } }),
    watchEvents: ({ org, user_id, ...more } = {}) =>
      call.userEvents(Api.watchEvents, { query: { org, user_id }, ...more }),
  } satisfies Partial<Client>;
}

function createJobMethods(call: Call) {
  const act =
    (endpoint: typeof Api.redriveJob | typeof Api.dismissJob | typeof Api.haltJob) =>
    (id: string, query?: NamedUser): Promise<JobView> =>
      call.json(endpoint, { params: { id }, query: { ...query }, body: {} });
  return {
    postJob: (body, more) => call.accepted(Api.postJob, { body, ...more }),
    getJob: (id, query) => call.json(Api.getJob, { params: { id }, query: { ...query } }),
    listJobs: (query) => call.json(Api.listJobs, { query: { ...query } }),
    redriveJob: act(Api.redriveJob),
    dismissJob: act(Api.dismissJob),
    haltJob: act(Api.haltJob),
    resolveJob: (id, body) => call.json(Api.resolveJob, { params: { id }, body }),
  } satisfies Partial<Client>;
}

function createOtherMethods(call: Call) {
  return {
    livez: () => call.json(Api.livez),
    readyz: () => call.json(Api.readyz),
    health: () => call.json(Api.health),
    openapi: () => call.json(Api.openapi),
    systemHealth: () => call.json(Api.systemHealth),
    metrics: () => call.text(Api.metrics),
    listWorkers: () => call.json(Api.listWorkers),
    createBackup: () => call.created(Api.createBackup, { body: {} }),
    listBackups: () => call.json(Api.listBackups),
    listHistory: (org, userId, query) =>
      call.json(Api.listHistory, { params: { org, userId }, query: { ...query } }),
  } satisfies Partial<Client>;
}
