export {
  NewOrg,
  NewServiceToken,
  NewToken,
  NewUser,
  OrgPage,
  OrgView,
  TokenMade,
  TokenPage,
  TokenView,
  UserPage,
  UserView,
} from './admin.ts';
export { JsonRpc } from './api/assistant-api.ts';
export type { Answer, Endpoint, HttpVerb } from './api/endpoint.ts';
export { Api } from './api/index.ts';
export { ListQuery, Named } from './api/query.ts';
export {
  ATTACHED_MAX_BYTES,
  ATTACHMENT_MAX_BYTES,
  ATTACHMENTS_MAX,
  AttachmentKind,
  AttachmentView,
} from './attachment.ts';
export { BackupReason, BackupsView, BackupView } from './backup.ts';
export { CallbackEvent, CallbackMode, CallbackSecretView } from './callback.ts';
export {
  CALLBACK_FIELDS,
  ChatRequest,
  ChatResponse,
  ChatStarted,
  IDEMPOTENCY_KEY_MAX_CHARS,
  MESSAGE_MAX_CHARS,
  OnBusy,
  QueuedMessagePatch,
} from './chat.ts';
export {
  CompatChatAnswer,
  CompatChatBody,
  CompatConversation,
  CompatEvent,
  CompatJob,
  CompatMessages,
  WebhookAccepted,
  WebhookBody,
} from './compat.ts';
export {
  ConversationExport,
  ConversationFork,
  ConversationPage,
  ConversationPatch,
  ConversationView,
  FoundMessage,
  FoundPage,
  MessagePage,
  MessageView,
  NewConversation,
  TITLE_MAX_CHARS,
} from './conversation.ts';
export { ErrorBody, ErrorCode, ErrorStatuses } from './error-codes.ts';
export {
  FACT_LINE_MAX_CHANGES,
  FACTS_FILE_MAX_BYTES,
  FACTS_FILE_MAX_LINES,
  FactCategory,
  type FactChangeView,
  FactCorrection,
  FactHistoryView,
  FactLine,
  FactPage,
  FactsImported,
  FactText,
  FactView,
  type FiledSource,
  NewFactBody,
  StoredFactView,
} from './fact.ts';
export {
  HealthView,
  ModelAccess,
  ModelKind,
  type PartHealth,
  type PartStatus,
  SystemHealthView,
} from './health.ts';
export { HEARTBEAT_MS, Heartbeat, WorkersView } from './heartbeat.ts';
export { HISTORY_MAX_LIMIT, HistoryCleared, HistoryPage } from './history.ts';
export {
  AttachmentId,
  ConversationId,
  FactId,
  FiringId,
  JobId,
  OrgId,
  RunId,
  ScheduleId,
  SessionId,
  type Tenant,
  TokenId,
  TriggerId,
  UserId,
} from './ids.ts';
export {
  isTerminalJob,
  JobAccepted,
  JobBody,
  JobFailure,
  JobPage,
  JobStatus,
  JobView,
  ORDERING_KEY_MAX_CHARS,
  ResolveBody,
  ResolveOutcome,
  toBodyText,
} from './job.ts';
export {
  JobDispatch,
  JobOutcome,
  JobProgress,
  JobResult,
  JobResultAck,
  JobStart,
  JobStartAnswer,
} from './job-messages.ts';
export {
  AGENT_JOB_MAX_CHARS,
  COMMAND_MAX_MS,
  CodeTimeoutMs,
  HTTP_MAX_MS,
  HttpMethod,
  JobSpec,
  JobType,
  ReplayClass,
  Source,
} from './job-spec.ts';
export { isDeeperThan } from './json-depth.ts';
export { LockNote, type LockPurpose } from './lock.ts';
export {
  McpAnswer,
  McpArguments,
  McpCall,
  McpChanged,
  McpConfigAnswer,
  McpConnection,
  McpDiscoverAsk,
  McpDiscovery,
  McpLimits,
  McpMedia,
  McpProblem,
  McpServerId,
  McpServerKey,
  McpTool,
  McpToolName,
} from './mcp.ts';
export {
  McpServersView,
  McpServerView,
  McpServerWrite,
  McpToolPatch,
  McpToolsView,
  McpToolView,
  SECRET_MASK,
  ToolPolicy,
} from './mcp-admin.ts';
export { ModelConfig } from './model-config.ts';
export { ModelSettingsView, ModelSettingsWrite } from './model-settings.ts';
export {
  MemoryCleared,
  MemoryView,
  NOTEBOOK_MAX_BYTES,
  NotebookSectionView,
  NotebookView,
  SectionName,
  SectionWrite,
  toSectionName,
} from './notebook.ts';
export {
  createOpenApi,
  type OpenApiDocument,
  type Operation,
} from './openapi/create-openapi.ts';
export { OrgConfig, OrgConfigPatch, OrgConfigView } from './org-config.ts';
export { ModelsView, ModelView, PersonasView, PersonaView } from './persona.ts';
export { Preferences } from './preferences.ts';
export {
  OrgPromptOverrides,
  PromptOrigin,
  PromptOverrides,
  PromptOverridesPatch,
  PromptPreview,
  PromptPreviewQuery,
  PromptSlot,
  toPromptText,
} from './prompt.ts';
export {
  ChatQueued,
  isTerminalRun,
  RunFailure,
  RunHalted,
  RunNotice,
  RunPage,
  RunStatus,
  RunStepPage,
  RunView,
} from './run.ts';
export { HaltNotice, RunEventBatch, UserChange } from './run-messages.ts';
export { LogLevel, LogLine, SandboxCode, SandboxEnvelope, SandboxLimits } from './sandbox.ts';
export {
  ListedSession,
  NewSignInLink,
  SESSION_COOKIE,
  SessionPage,
  SessionView,
  SignIn,
  SignInLink,
} from './session.ts';
export {
  comparePlaces,
  EventId,
  type EventPlace,
  isTerminalEvent,
  parseEventId,
  SnapshotPart,
  StreamEvent,
  toEventId,
} from './stream-event.ts';
export {
  BRAIN_QUEUE,
  BRAINS_CONSUMER,
  Buckets,
  jobConsumer,
  jobMessageId,
  MCP_QUEUE,
  Streams,
  Subjects,
} from './subjects.ts';
export { boundedText, isCarriableText, type RefusalParams, refusal } from './text.ts';
export {
  PlacedResult,
  ToolCallAsked,
  ToolCallResult,
  ToolCallsAnswer,
  ToolCallsAsk,
  ToolCallsDone,
  ToolCallsNoted,
  ToolCallVerdict,
} from './tool-call-messages.ts';
export { addUsage, NO_USAGE, Usage } from './usage.ts';
export { UsageReport } from './usage-report.ts';
export { UserEvent } from './user-event.ts';
