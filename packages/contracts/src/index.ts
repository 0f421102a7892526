export {
  CALLBACK_FIELDS,
  ChatRequest,
  ChatResponse,
  IDEMPOTENCY_KEY_MAX_CHARS,
  MESSAGE_MAX_CHARS,
  OnBusy,
} from './chat.ts';
export { ErrorBody, ErrorCode, ErrorStatuses } from './error-codes.ts';
export { HealthView, ModelAccess, ModelKind } from './health.ts';
export { HISTORY_MAX_LIMIT, HistoryPage } from './history.ts';
export { ConversationId, JobId, OrgId, RunId, type Tenant, UserId } from './ids.ts';
export {
  CodeTimeoutMs,
  isTerminalJob,
  JobAccepted,
  JobBody,
  JobFailure,
  JobStatus,
  JobType,
  JobView,
  Source,
} from './job.ts';
export {
  JobDispatch,
  JobOutcome,
  JobProgress,
  JobResult,
  JobResultAck,
} from './job-messages.ts';
export { LockNote } from './lock.ts';
export { isTerminalRun, RunFailure, RunHalted, RunNotice, RunStatus, RunView } from './run.ts';
export { HaltNotice, RunEventBatch } from './run-messages.ts';
export { LogLevel, LogLine, SandboxCode, SandboxEnvelope, SandboxLimits } from './sandbox.ts';
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
  Buckets,
  jobConsumer,
  jobMessageId,
  RESULTS_CONSUMER,
  Streams,
  Subjects,
} from './subjects.ts';
export { boundedText, isCarriableText, type RefusalParams, refusal } from './text.ts';
export { addUsage, NO_USAGE, Usage } from './usage.ts';
