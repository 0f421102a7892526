export { createNatsHaltAnnouncer, type HaltAnnouncer, watchHalts } from './nats-halts.ts';
export {
  consumeJobs,
  createNatsJobPublisher,
  type Delivery,
  type JobConsumer,
  type JobPublisher,
} from './nats-job-queue.ts';
export {
  createNatsResultSender,
  type ResultReceiver,
  type ResultSender,
  serveResults,
} from './nats-job-results.ts';
export { type NatsLink, type NatsLinkOptions, openNatsLink } from './nats-link.ts';
export { createNatsLocks } from './nats-lock.ts';
export { createNatsRunEvents, type EncodedBatch, type RunEventBus } from './nats-run-events.ts';
export { ensureTopology, type Topology, type TopologyOptions } from './nats-topology.ts';
export type { LockAttempt, UserLock, UserLocks } from './user-lock.ts';
