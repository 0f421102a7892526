import {
  BRAIN_QUEUE,
  BRAINS_CONSUMER,
  Buckets,
  type JobType,
  jobConsumer,
  Streams,
  Subjects,
} from '@bakerst/contracts';
import type { Logger } from '@bakerst/kit';
import {
  AckPolicy,
  type ConsumerConfig,
  DiscardPolicy,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { nanos } from '@nats-io/transport-node';
import type { NatsLink } from './nats-link.ts';
import { isStorageFull } from './nats-unavailable.ts';

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;
/** Far more than the workers that may die with a job (a brain counts those): a stop for what no brain sees. */
const MAX_DELIVERIES = 50;
/** A stream of this name is there with other settings (ADR-7 of NATS). */
const NAME_IN_USE = 10_058;
/** Life of a worker's hold on an MCP server that it does not renew. */
export const MCP_LEASE_MS = 15_000;
/** How long the server keeps a marker that tells watchers of an expired key. */
const MARKER_TTL_MS = 1_000;

export interface TopologyOptions {
  readonly kinds: readonly JobType[];
  /** Life of a lock that nobody renews. */
  readonly leaseMs: number;
  /** After this long without a sign of life a job goes to another worker. */
  readonly ackWaitMs: number;
}

/** What the brain must know of the streams that it has just ensured. */
export interface Topology {
  /** When the work queue was made; another value than before means that what was in it is lost. */
  readonly jobsCreated: string;
  /** When the bucket of locks was made; another value than before means that its revisions begin anew. */
  readonly locksCreated: string;
}

/**
 * Makes every stream, consumer and bucket that is missing and puts changed settings right; safe to call at any time.
 * Only the brain may; workers wait for what they need.
 */
export async function ensureTopology(
  link: NatsLink,
  options: TopologyOptions,
  log: Logger,
): Promise<Topology> {
  for (const config of streamConfigs()) await ensureStream(link, config);
  const { created: jobsCreated } = await link.jsm.streams.info(Streams.jobs);
  for (const kind of options.kinds)
    await ensureConsumer(link, Streams.jobs, jobConsumerConfig(kind, options));
  for (const stream of [Streams.results, Streams.advisories])
    await ensureConsumer(link, stream, brainsConsumerConfig());
  await ensureBucket(link, { name: Buckets.halts, ttlMs: 60 * MINUTE_MS }, log);
  await ensureBucket(link, { name: Buckets.mcp, ttlMs: MCP_LEASE_MS }, log);
  const locksCreated = await ensureBucket(
    link,
    { name: Buckets.locks, ttlMs: options.leaseMs },
    log,
  );
  return { jobsCreated, locksCreated };
}

function streamConfigs(): readonly (Partial<StreamConfig> & { readonly name: string })[] {
  return [
    {
      name: Streams.jobs,
      subjects: [Subjects.anyDispatch],
      retention: RetentionPolicy.Workqueue,
      storage: StorageType.File,
      discard: DiscardPolicy.New,
      max_bytes: 256 * MIB,
      duplicate_window: nanos(10 * MINUTE_MS),
    },
    {
      name: Streams.results,
      subjects: [Subjects.storedResult],
      retention: RetentionPolicy.Workqueue,
      storage: StorageType.File,
      discard: DiscardPolicy.New,
      max_bytes: 256 * MIB,
      duplicate_window: nanos(10 * MINUTE_MS),
    },
    {
      name: Streams.runs,
      subjects: [Subjects.anyRunEvents],
      retention: RetentionPolicy.Limits,
      storage: StorageType.Memory,
      discard: DiscardPolicy.Old,
      max_age: nanos(15 * MINUTE_MS),
      max_bytes: 64 * MIB,
    },
    {
      name: Streams.advisories,
      subjects: [
        `$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${Streams.jobs}.>`,
        `$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.${Streams.jobs}.>`,
      ],
      retention: RetentionPolicy.Workqueue,
      storage: StorageType.File,
      discard: DiscardPolicy.Old,
      max_bytes: 16 * MIB,
    },
  ];
}

function jobConsumerConfig(
  kind: JobType,
  { ackWaitMs }: TopologyOptions,
): Partial<ConsumerConfig> & { readonly durable_name: string } {
  return {
    durable_name: jobConsumer(kind),
    filter_subject: Subjects.dispatch(kind),
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ackWaitMs),
    max_deliver: MAX_DELIVERIES,
    max_ack_pending: -1,
  };
}

function brainsConsumerConfig(): Partial<ConsumerConfig> & { readonly durable_name: string } {
  return {
    durable_name: BRAINS_CONSUMER,
    description: `read by the queue group ${BRAIN_QUEUE}`,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(10_000),
  };
}

async function ensureStream(
  link: NatsLink,
  config: Partial<StreamConfig> & { readonly name: string },
): Promise<void> {
  try {
    await link.jsm.streams.add(config);
  } catch (err) {
    if (!(err instanceof JetStreamApiError && err.code === NAME_IN_USE)) throw err;
    // With other settings: an older bakerst made it.
    await link.jsm.streams.update(config.name, config);
  }
}

async function ensureConsumer(
  link: NatsLink,
  stream: string,
  config: Partial<ConsumerConfig> & { readonly durable_name: string },
): Promise<void> {
  try {
    await link.jsm.consumers.add(stream, config);
  } catch (err) {
    if (!(err instanceof JetStreamApiError) || isStorageFull(err)) throw err;
    await link.jsm.consumers.update(stream, config.durable_name, config);
  }
}

interface BucketSpec {
  readonly name: string;
  readonly ttlMs: number;
}

/** Returns when the bucket was made. */
async function ensureBucket(
  link: NatsLink,
  { name, ttlMs }: BucketSpec,
  log: Logger,
): Promise<string> {
  await new Kvm(link.js).create(name, {
    history: 1,
    ttl: ttlMs,
    markerTTL: MARKER_TTL_MS,
    storage: StorageType.File,
  });
  const stream = `KV_${name}`;
  const info = await link.jsm.streams.info(stream);
  if (info.config.max_age !== nanos(ttlMs)) {
    // NOTE: a bucket that exists keeps its TTL silently; the lease would be another one than we renew for.
    log.warn({ bucket: name, ttlMs, foundNs: info.config.max_age }, 'bucket had another ttl');
    await link.jsm.streams.update(stream, { ...info.config, max_age: nanos(ttlMs) });
  }
  return info.created;
}
