import {
  BRAIN_QUEUE,
  BRAINS_CONSUMER,
  type JobType,
  jobConsumer,
  Streams,
  Subjects,
} from '@bakerst/contracts';
import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  ReplayPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;
/** Far more than the workers that may die with a job (a brain counts those): a stop for what no brain sees. */
const MAX_DELIVERIES = 50;
/** How long the server keeps a marker that tells watchers of an expired key. */
const MARKER_TTL_MS = 1_000;
/** The server's own; it takes no longer one than the life of a message. */
const DUPLICATE_WINDOW_MS = 2 * MINUTE_MS;

export type NamedStream = Partial<StreamConfig> & { readonly name: string };
export type NamedConsumer = Partial<ConsumerConfig> & { readonly durable_name: string };

/**
 * Every setting by which a hand could stop what goes through a stream. What is not here is the operator's: replicas,
 * placement, compression, metadata.
 */
const OPEN_STREAM = {
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  max_consumers: -1,
  max_msgs: -1,
  max_msgs_per_subject: -1,
  max_bytes: -1,
  max_age: 0,
  max_msg_size: -1,
  discard_new_per_subject: false,
  no_ack: false,
  duplicate_window: nanos(DUPLICATE_WINDOW_MS),
  consumer_limits: {},
} satisfies Partial<StreamConfig>;

/** The same of a consumer. */
const OPEN_CONSUMER = {
  deliver_policy: DeliverPolicy.All,
  replay_policy: ReplayPolicy.Instant,
  ack_policy: AckPolicy.Explicit,
  max_deliver: -1,
  max_ack_pending: 1_000,
  max_waiting: 512,
  max_batch: 0,
  max_expires: 0,
  max_bytes: 0,
  rate_limit_bps: 0,
  inactive_threshold: 0,
  headers_only: false,
} satisfies Partial<ConsumerConfig>;

/** What none of ours has unless it names it; a hand may have set it. */
export const UNSET_STREAM = { subject_transform: undefined, republish: undefined } as const;
export const UNSET_CONSUMER = {
  filter_subject: undefined,
  filter_subjects: undefined,
  backoff: undefined,
} as const;

export function streamConfigs(): readonly NamedStream[] {
  return [
    workQueue(Streams.jobs, Subjects.anyDispatch),
    workQueue(Streams.results, Subjects.storedResult),
    {
      ...OPEN_STREAM,
      name: Streams.runs,
      subjects: [Subjects.anyRunEvents],
      storage: StorageType.Memory,
      discard: DiscardPolicy.Old,
      max_age: nanos(15 * MINUTE_MS),
      max_bytes: 64 * MIB,
    },
    {
      ...OPEN_STREAM,
      name: Streams.advisories,
      subjects: [
        `$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${Streams.jobs}.>`,
        `$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.${Streams.jobs}.>`,
      ],
      retention: RetentionPolicy.Workqueue,
      discard: DiscardPolicy.Old,
      max_bytes: 16 * MIB,
    },
  ];
}

function workQueue(name: string, subject: string): NamedStream {
  return {
    ...OPEN_STREAM,
    name,
    subjects: [subject],
    retention: RetentionPolicy.Workqueue,
    discard: DiscardPolicy.New,
    max_bytes: 256 * MIB,
    duplicate_window: nanos(10 * MINUTE_MS),
    deny_delete: false,
    deny_purge: false,
  };
}

/** The stream of a bucket (ADR-8 of NATS) whose keys live for `ttlMs`. */
export function bucketConfig(bucket: string, ttlMs: number): NamedStream {
  return {
    ...OPEN_STREAM,
    name: `KV_${bucket}`,
    subjects: [`$KV.${bucket}.>`],
    discard: DiscardPolicy.New,
    max_msgs_per_subject: 1,
    max_age: nanos(ttlMs),
    // NOTE: a window longer than the TTL is refused, the one of a bucket that had a longer TTL as well.
    duplicate_window: nanos(Math.min(DUPLICATE_WINDOW_MS, ttlMs)),
    allow_direct: true,
    allow_rollup_hdrs: true,
    allow_msg_ttl: true,
    subject_delete_marker_ttl: nanos(MARKER_TTL_MS),
    deny_purge: false,
  };
}

export function jobConsumerConfig(kind: JobType, ackWaitMs: number): NamedConsumer {
  return {
    ...OPEN_CONSUMER,
    durable_name: jobConsumer(kind),
    filter_subject: Subjects.dispatch(kind),
    ack_wait: nanos(ackWaitMs),
    max_deliver: MAX_DELIVERIES,
    max_ack_pending: -1,
  };
}

export function brainsConsumerConfig(): NamedConsumer {
  return {
    ...OPEN_CONSUMER,
    durable_name: BRAINS_CONSUMER,
    description: `read by the queue group ${BRAIN_QUEUE}`,
    ack_wait: nanos(10_000),
  };
}
