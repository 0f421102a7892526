import { RunEventBatch, Streams, Subjects } from '@bakerst/contracts';
import type { Logger } from '@bakerst/kit';
import { DeliverPolicy } from '@nats-io/jetstream';
import { type NatsLink, onReconnected } from './nats-link.ts';
import { readJson } from './read-json.ts';

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
   * away: what it kept may be gone, so whoever reads on looks at what is stored and reads again.
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
  const consumer = await link.js.consumers.get(Streams.runs, {
    filter_subjects: Subjects.runEvents(runId),
    deliver_policy: DeliverPolicy.All,
  });
  const messages = await consumer.consume();
  const stop = (): void => messages.stop();
  signal.addEventListener('abort', stop);
  using _again = onReconnected(link, stop);
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
