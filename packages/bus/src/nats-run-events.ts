import { RunEventBatch, Streams, Subjects } from '@bakerst/contracts';
import type { Logger } from '@bakerst/kit';
import { type ConsumerMessages, DeliverPolicy } from '@nats-io/jetstream';
import { type NatsLink, onReconnected } from './nats-link.ts';
import { busUnavailable } from './nats-unavailable.ts';
import { readJson } from './read-json.ts';

/** Heartbeats bound how long the loss of a stream goes unnoticed: two of them. */
const BEAT_MS = 5_000;
const PULL_MS = 15_000;
/** What tells that nothing more comes. */
const LOST: ReadonlySet<string> = new Set([
  'stream_not_found',
  'consumer_not_found',
  'consumer_deleted',
  'heartbeats_missed',
]);

/** A RunEventBatch whose events are JSON already. */
export interface EncodedBatch {
  readonly takeover: number;
  readonly first: number;
  readonly lines: readonly string[];
}

interface StoredBatch extends RunEventBatch {
  /** Nothing newer was stored when it came. */
  readonly isNewest: boolean;
}

export interface RunEventBus {
  /** Sends a batch to readers on other brains and to those who come later; may be lost, the steps are not. */
  publish(runId: string, batch: EncodedBatch): void;
  /**
   * All batches that are still stored, then the new ones, until the signal is aborted. It also ends when the server was
   * away or has lost them: what it kept may be gone, so whoever reads on looks at what is stored and reads again.
   * Throws when the server is away.
   */
  read(runId: string, signal: AbortSignal): AsyncIterable<StoredBatch>;
}

interface RunEventDeps {
  readonly link: NatsLink;
  readonly log: Logger;
}

export function createNatsRunEvents({ link, log }: RunEventDeps): RunEventBus {
  return {
    publish(runId, batch) {
      if (!link.isConnected()) return;
      try {
        link.nc.publish(Subjects.runEvents(runId), encode(batch));
      } catch (err) {
        // One event may be larger than the server takes; readers elsewhere get the stored steps instead.
        log.warn({ err, runId, first: batch.first }, 'run events not published');
      }
    },
    read: (runId, signal) => readBatches(link, runId, signal),
  };
}

function encode({ takeover, first, lines }: EncodedBatch): string {
  return `{"takeover":${takeover},"first":${first},"events":[${lines.join(',')}]}`;
}

async function* readBatches(
  link: NatsLink,
  runId: string,
  signal: AbortSignal,
): AsyncGenerator<StoredBatch> {
  if (!link.isConnected()) throw busUnavailable('the message bus is away');
  const messages = await openUnlessAborted(openMessages(link, runId), signal);
  if (messages === undefined) return;
  const stop = (): void => messages.stop();
  signal.addEventListener('abort', stop);
  using _again = onReconnected(link, stop);
  void stopWhenLost(messages);
  try {
    if (signal.aborted) return;
    for await (const message of messages) {
      const batch = RunEventBatch.safeParse(readJson(message));
      if (batch.success) yield { ...batch.data, isNewest: message.info.pending === 0 };
    }
  } finally {
    signal.removeEventListener('abort', stop);
    messages.stop();
  }
}

async function openMessages(link: NatsLink, runId: string): Promise<ConsumerMessages> {
  const consumer = await link.js.consumers.get(Streams.runs, {
    filter_subjects: Subjects.runEvents(runId),
    deliver_policy: DeliverPolicy.All,
  });
  return await consumer.consume({ max_messages: 100, expires: PULL_MS, idle_heartbeat: BEAT_MS });
}

/** Undefined when the signal is aborted first: a server that is silent keeps nobody longer than that. */
async function openUnlessAborted(
  opening: Promise<ConsumerMessages>,
  signal: AbortSignal,
): Promise<ConsumerMessages | undefined> {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const onAbort = (): void => resolve(undefined);
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    const messages = await Promise.race([aborted, opening]);
    if (messages === undefined) opening.then((late) => late.stop()).catch(() => undefined);
    return messages;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** The client would wait for a lost stream or consumer to come back, and read on at a number that means nothing there. */
async function stopWhenLost(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) if (LOST.has(type)) messages.stop();
}
