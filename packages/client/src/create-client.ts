import {
  Api,
  type BackupsView,
  type BackupView,
  type CallbackSecretView,
  type ChatQueued,
  type ChatRequest,
  type ChatResponse,
  type ChatStarted,
  type HealthView,
  type HistoryPage,
  type JobAccepted,
  type JobBody,
  type JobPage,
  type JobStatus,
  type JobType,
  type JobView,
  type JsonRpc,
  type QueuedMessagePatch,
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
import { type AdminMethods, createAdminMethods } from './admin-methods.ts';
import { type ChannelMethods, createChannelMethods } from './channel-methods.ts';
import { type CompatMethods, createCompatMethods } from './compat-methods.ts';
import { type ConversationMethods, createConversationMethods } from './conversation-methods.ts';
import {
  type Call,
  type CallOptions,
  type ClientOptions,
  createCall,
  type FollowOptions,
} from './create-call.ts';
import { createFactMethods, type FactMethods } from './fact-methods.ts';
import { createMcpMethods, type McpMethods } from './mcp-methods.ts';
import type { NamedUser, PageQuery } from './named.ts';
import { createNotebookMethods, type NotebookMethods } from './notebook-methods.ts';
import { createPromptMethods, type PromptMethods } from './prompt-methods.ts';
import type { ReceivedEvent } from './read-events.ts';
import { createScheduleMethods, type ScheduleMethods } from './schedule-methods.ts';
import { createSessionMethods, type SessionMethods } from './session-methods.ts';
import { createSettingsMethods, type SettingsMethods } from './settings-methods.ts';
import { createTriggerMethods, type TriggerMethods } from './trigger-methods.ts';

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

/** The protocol demands both. */
const MCP_ACCEPT = 'application/json, text/event-stream';

/** The brain's HTTP API, typed. Every method throws ApiError for an answer that is no success. */
export interface Client
  extends ConversationMethods,
    AdminMethods,
    CompatMethods,
    FactMethods,
    McpMethods,
    SessionMethods,
    PromptMethods,
    ScheduleMethods,
    TriggerMethods,
    SettingsMethods,
    ChannelMethods,
    NotebookMethods {
  livez(): Promise<{ readonly ok: boolean }>;
  readyz(): Promise<{ readonly ok: boolean }>;
  health(): Promise<HealthView>;
  /** The description of the whole API. */
  openapi(): Promise<Record<string, unknown>>;
  /** Says something and waits for the answer; see `queueChat` for what is to wait its turn. */
  chat(
    input: Omit<ChatInput, 'on_busy'> & { readonly on_busy?: 'reject' },
    options?: CallOptions,
  ): Promise<ChatResponse>;
  /** The same with `on_busy`: the answer, or that the message waits. */
  queueChat(input: ChatInput, options?: CallOptions): Promise<ChatResponse | ChatQueued>;
  streamChat(input: ChatInput, options?: CallOptions): AsyncGenerator<ReceivedEvent>;
  /** Speaks MCP; a client of the protocol's own SDK is more convenient. */
  mcp(message: JsonRpc, options?: CallOptions): AsyncGenerator<JsonRpc>;
  /** Gives the run's id; the answer is called back. */
  chatWithCallback(input: ChatInput, options?: CallOptions): Promise<ChatStarted>;
  getRun(id: string, named?: NamedUser): Promise<RunView>;
  followRun(id: string, options?: FollowOptions & NamedUser): AsyncGenerator<ReceivedEvent>;
  haltRun(id: string, named?: NamedUser): Promise<RunHalted>;
  /** Says something else in a message that waits (`listRuns` with status `queued`); `haltRun` takes it back. */
  changeQueuedMessage(id: string, change: z.input<typeof QueuedMessagePatch>): Promise<RunView>;
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
  /** What the callbacks of an org are signed with. */
  getCallbackSecret(org: string): Promise<CallbackSecretView>;
  /** The new secret; the old one signs nothing any more. */
  rotateCallbackSecret(org: string): Promise<CallbackSecretView>;
}

export function createClient(options: ClientOptions): Client {
  const call = createCall(options);
  return {
    ...createChatMethods(call),
    ...createConversationMethods(call),
    ...createJobMethods(call),
    ...createAdminMethods(call),
    ...createCompatMethods(call),
    ...createFactMethods(call),
    ...createMcpMethods(call),
    ...createSessionMethods(call),
    ...createPromptMethods(call),
    ...createScheduleMethods(call),
    ...createTriggerMethods(call),
    ...createSettingsMethods(call),
    ...createNotebookMethods(call),
    ...createChannelMethods(call),
    ...createOtherMethods(call),
  };
}

function createChatMethods(call: Call) {
  return {
    chat: (body, more) => call.json(Api.chat, { body, ...more }),
    queueChat: (body, more) => call.either(Api.chat, { body, ...more }),
    streamChat: (body, more) => call.events(Api.streamChat, { body, ...more }),
    mcp: (body, more) => call.jsonRpc(Api.mcp, { body, accept: MCP_ACCEPT, ...more }),
    chatWithCallback: (body, more) => call.accepted(Api.chatWithCallback, { body, ...more }),
    getRun: (id, query) => call.json(Api.getRun, { params: { id }, query: { ...query } }),
    followRun: (id, { org, user_id, ...more } = {}) =>
      call.events(Api.followRun, { params: { id }, query: { org, user_id }, ...more }),
    haltRun: (id, query) =>
      call.json(Api.haltRun, { params: { id }, query: { ...query }, body: {} }),
    changeQueuedMessage: (id, body) => call.json(Api.changeQueuedMessage, { params: { id }, body }),
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
    getCallbackSecret: (org) => call.json(Api.getCallbackSecret, { params: { org } }),
    rotateCallbackSecret: (org) =>
      call.json(Api.rotateCallbackSecret, { params: { org }, body: {} }),
  } satisfies Partial<Client>;
}
