import { Buckets, type JobType, Streams } from '@bakerst/contracts';
import type { Logger } from '@bakerst/kit';
import { type Ensured, ensureConsumer, ensureStream, type Problem } from './nats-ensure.ts';
import type { NatsLink } from './nats-link.ts';
import {
  brainsConsumerConfig,
  bucketConfig,
  jobConsumerConfig,
  streamConfigs,
} from './nats-stream-configs.ts';

/** As long as anybody can have the halted work in hand. */
const HALT_TTL_MS = 60 * 60_000;
/** Life of a worker's hold on an MCP server that it does not renew. */
export const MCP_LEASE_MS = 15_000;

export interface TopologyOptions {
  readonly kinds: readonly JobType[];
  /** Life of a lock that nobody renews. */
  readonly leaseMs: number;
  /** After this long without a sign of life a job goes to another worker. */
  readonly ackWaitMs: number;
  /** Told of the bucket of locks before anything else is looked at: every chat needs it. */
  readonly noteLocks?: (locks: LocksBucket) => Promise<void>;
  /**
   * Told when the work queue was made, before anything else of it is looked at: another value than before means that
   * what was in it is lost, and from here on there are new jobs in it.
   */
  readonly noteJobs?: (created: string) => Promise<void>;
}

/** The bucket of locks, as the server has just told. */
export interface LocksBucket {
  /** When it was made; another value than before means that its revisions begin anew. */
  readonly created: string;
  /** The highest revision that it has given. */
  readonly lastRevision: number;
}

/**
 * Makes every stream, consumer and bucket that is missing and puts changed settings right; safe to call at any time.
 * A part that cannot be put right keeps no other one from it: gives what must be put right by hand. Throws when the
 * server does not answer.
 * Only the brain may; workers wait for what they need.
 */
export async function ensureTopology(
  link: NatsLink,
  options: TopologyOptions,
  log: Logger,
): Promise<readonly Problem[]> {
  const deps = { link, log };
  const problems: Problem[] = [];
  const note = <Info>({ info, problem }: Ensured<Info>): Info | undefined => {
    if (problem !== undefined) problems.push(problem);
    return info;
  };
  const bucket = note(await ensureStream(deps, bucketConfig(Buckets.locks, options.leaseMs)));
  if (bucket !== undefined)
    await options.noteLocks?.({ created: bucket.created, lastRevision: bucket.state.last_seq });
  const there = new Set<string>();
  for (const config of streamConfigs()) {
    const stream = note(await ensureStream(deps, config));
    if (stream === undefined) continue;
    there.add(config.name);
    if (config.name === Streams.jobs) await options.noteJobs?.(stream.created);
  }
  if (there.has(Streams.jobs))
    for (const kind of options.kinds)
      note(await ensureConsumer(deps, Streams.jobs, jobConsumerConfig(kind, options.ackWaitMs)));
  for (const stream of [Streams.results, Streams.advisories])
    if (there.has(stream)) note(await ensureConsumer(deps, stream, brainsConsumerConfig()));
  note(await ensureStream(deps, bucketConfig(Buckets.halts, HALT_TTL_MS)));
  note(await ensureStream(deps, bucketConfig(Buckets.mcp, MCP_LEASE_MS)));
  return problems;
}
