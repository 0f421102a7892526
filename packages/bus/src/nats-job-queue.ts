import {
  JobDispatch,
  type JobType,
  jobConsumer,
  jobMessageId,
  Streams,
  Subjects,
} from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import type { Consumer, JsMsg } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import type { NatsLink } from './nats-link.ts';
import { busUnavailable } from './nats-unavailable.ts';
import { readJson } from './read-json.ts';

/** Named in each message so that one request can be followed from the border to a worker's log. */
const REQUEST_ID_HEADER = 'Bakerst-Request-Id';
const MESSAGE_ID_HEADER = 'Nats-Msg-Id';
/** A pull that outlived a server's restart is dead: short pulls bound how long that goes unnoticed. */
const PULL_MS = 4_000;
const RETRY_MS = 500;

export interface JobPublisher {
  /**
   * Puts one attempt into the work queue, where the same attempt enters once, and tells its place there.
   * Throws AppError UNAVAILABLE without NATS.
   */
  publish(dispatch: JobDispatch): Promise<{ readonly streamSeq: number }>;
}

export interface JobQueueInspector {
  /** True when the job is at this place of the work queue. Throws when NATS cannot say. */
  has(jobId: string, streamSeq: number): Promise<boolean>;
}

export function createNatsJobInspector(link: NatsLink): JobQueueInspector {
  return {
    async has(jobId, streamSeq) {
      const message = await link.jsm.streams.getMessage(Streams.jobs, { seq: streamSeq });
      // After the loss of the stream its numbers begin anew: another job may be there.
      return message?.header.get(MESSAGE_ID_HEADER).startsWith(`${jobId}:`) === true;
    },
  };
}

/** `messageId`: by what the queue knows an attempt that it has already. */
export function createNatsJobPublisher(link: NatsLink, messageId = jobMessageId): JobPublisher {
  return {
    async publish(dispatch) {
      const named = headers();
      named.set(REQUEST_ID_HEADER, dispatch.requestId);
      try {
        const { type } = dispatch.spec;
        const ack = await link.js.publish(Subjects.dispatch(type), JSON.stringify(dispatch), {
          msgID: messageId(dispatch.jobId, dispatch.attempt),
          headers: named,
          retries: 1,
        });
        return { streamSeq: ack.seq };
      } catch (cause) {
        throw busUnavailable('the job queue gave no answer', cause);
      }
    },
  };
}

/** One delivery of a job. It comes again, here or elsewhere, unless `settle` is reached while this process lives. */
export interface Delivery {
  readonly dispatch: JobDispatch;
  /** Attempt that this delivery is: each delivery after a worker's death counts as one more. */
  readonly attempt: number;
  /** An earlier delivery came to no end. */
  readonly isRepeated: boolean;
  /** Tells the queue that the job is being worked on. */
  working(): void;
  /** The outcome is safe, or somebody else's concern: the job leaves the queue. The consumer's drain waits for that. */
  settle(): void;
  /** Gives the job back for another worker, at once. It will count as an attempt that was lost. */
  giveBack(): void;
}

export interface JobConsumerOptions {
  readonly kind: JobType;
  /** How many jobs are held at a time; none is fetched without a free slot. */
  readonly slots: number;
  readonly handle: (delivery: Delivery) => Promise<void>;
}

interface JobConsumerDeps {
  readonly link: NatsLink;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface JobConsumer {
  /** Stops fetching and returns when every delivery in hand has been handled and has left the queue. */
  drain(): Promise<void>;
}

/** Takes jobs of one kind, each slot one at a time. Waits for the queue to appear; never creates it. */
export function consumeJobs(deps: JobConsumerDeps, options: JobConsumerOptions): JobConsumer {
  const stopping = new AbortController();
  // A slot does not wait for them: the next job is fetched meanwhile.
  const acks = new Set<Promise<void>>();
  const keep = (ack: Promise<void>): void => {
    acks.add(ack);
    void ack.finally(() => acks.delete(ack));
  };
  const slots = Array.from({ length: options.slots }, () =>
    runSlot({ ...deps, keep }, options, stopping.signal),
  );
  return {
    async drain() {
      stopping.abort();
      await Promise.all(slots);
      await Promise.all(acks);
    },
  };
}

interface SlotDeps extends JobConsumerDeps {
  /** Told of every acknowledgement on its way; none of them rejects. */
  readonly keep: (ack: Promise<void>) => void;
}

async function runSlot(
  deps: SlotDeps,
  options: JobConsumerOptions,
  stop: AbortSignal,
): Promise<void> {
  let consumer: Consumer | undefined;
  while (!stop.aborted) {
    try {
      consumer ??= await deps.link.js.consumers.get(Streams.jobs, jobConsumer(options.kind));
      const message = await pull(consumer, stop);
      if (message !== undefined) await handleMessage(deps, options, message);
    } catch (err) {
      // The queue is away or not made yet; there is nothing else to do than to look again.
      deps.log.debug({ err, kind: options.kind }, 'job queue not reached');
      consumer = undefined;
      await deps.clock.sleep(RETRY_MS, stop).catch(() => undefined);
    }
  }
}

async function pull(consumer: Consumer, stop: AbortSignal): Promise<JsMsg | undefined> {
  const batch = await consumer.fetch({ max_messages: 1, expires: PULL_MS });
  const onStop = (): void => void batch.close();
  stop.addEventListener('abort', onStop);
  try {
    for await (const message of batch) return message;
    return undefined;
  } finally {
    stop.removeEventListener('abort', onStop);
  }
}

async function handleMessage(
  deps: SlotDeps,
  options: JobConsumerOptions,
  message: JsMsg,
): Promise<void> {
  const parsed = JobDispatch.safeParse(readJson(message));
  if (!parsed.success) {
    deps.log.error({ subject: message.subject }, 'undecodable job dropped');
    message.term('undecodable');
    return;
  }
  const { jobId, attempt, requestId } = parsed.data;
  await options.handle({
    dispatch: parsed.data,
    attempt: attempt + message.info.deliveryCount - 1,
    isRepeated: message.info.deliveryCount > 1,
    working: () => message.working(),
    settle: () => deps.keep(acknowledge(deps, message, { jobId, requestId })),
    giveBack: () => message.nak(),
  });
}

/** An acknowledgement that got lost brings the job back; the brain then ignores its second result. */
async function acknowledge(
  { log }: SlotDeps,
  message: JsMsg,
  fields: Pick<JobDispatch, 'jobId' | 'requestId'>,
): Promise<void> {
  try {
    await message.ackAck({ timeout: 2_000 });
  } catch (err) {
    log.warn({ err, ...fields }, 'job not acknowledged');
  }
}
