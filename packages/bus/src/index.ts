export { type GivenUp, watchAdvisories } from './nats-advisories.ts';
export {
  createNatsHaltAnnouncer,
  HALT_ANNOUNCE_MS,
  type HaltAnnouncer,
  watchHalts,
} from './nats-halts.ts';
export {
  consumeJobs,
  createNatsJobInspector,
  createNatsJobPublisher,
  type Delivery,
  type JobConsumer,
  type JobPublisher,
  type JobQueueInspector,
} from './nats-job-queue.ts';
export {
  createNatsResultSender,
  type ResultReceiver,
  type ResultSender,
  serveResults,
} from './nats-job-results.ts';
export { createNatsStartAsker, type StartAsker, serveStarts } from './nats-job-starts.ts';
export { type NatsLink, type NatsLinkOptions, openNatsLink } from './nats-link.ts';
export { createNatsLocks } from './nats-lock.ts';
export { createNatsMcpBus, type McpBus, serveMcpConfig } from './nats-mcp-brain.ts';
export { tellMcpChanged, watchMcpChanges } from './nats-mcp-changes.ts';
export { createNatsMcpLeases, type McpLeases } from './nats-mcp-leases.ts';
export {
  createNatsMcpRequester,
  type McpRequester,
  requestMcpConfig,
} from './nats-mcp-requests.ts';
export { serveMcp } from './nats-mcp-worker.ts';
export { requestModelConfig, serveModelConfig } from './nats-model-config.ts';
export { probeNats } from './nats-probe.ts';
export { purgeAll } from './nats-purge.ts';
export { createNatsRunEvents, type EncodedBatch, type RunEventBus } from './nats-run-events.ts';
export { createNatsSigns, watchSigns } from './nats-signs.ts';
export { createNatsToolCallAsker, serveToolCalls, type ToolCallAsker } from './nats-tool-calls.ts';
export { ensureTopology } from './nats-topology.ts';
export type { SignListeners, Signs } from './signs.ts';
export { type Heart, startBeating } from './start-beating.ts';
export type { LockAttempt, UserLock, UserLocks } from './user-lock.ts';
