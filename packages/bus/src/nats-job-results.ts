import {
  BRAIN_QUEUE,
  BRAINS_CONSUMER,
  JobProgress,
  JobResult,
  JobResultAck,
  jobMessageId,
  Streams,
  Subjects,
} from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import type { JsMsg } from '@nats-io/jetstream';
import type { Msg } from '@nats-io/transport-node';
import { encodeResult } from './encode-result.ts';
import type { NatsLink } from './nats-link.ts';
import { readJson } from './read-json.ts';

/** How long a brain may take to commit a result before it goes to the stream instead. */
const BRAIN_PATIENCE_MS = 2_000;
const RETRY_MS = 1_000;

interface ResultDeps {
  readonly link: NatsLink;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface ResultSender {
  /** Returns when the result is safe: committed by a brain, or stored in the stream of results. Aborting gives up. */
  send(result: JobResult, signal: AbortSignal): Promise<void>;
  /** Tells watchers; may be lost. */
  report(progress: JobProgress): void;
}

export function createNatsResultSender(deps: ResultDeps): ResultSender {
  return {
    async send(result, signal) {
      while (!(await sendOnce(deps, result))) await deps.clock.sleep(RETRY_MS, signal);
    },
    report(progress) {
      if (deps.link.isConnected())
        deps.link.nc.publish(Subjects.status(progress.jobId), JSON.stringify(progress));
    },
  };
}

async function sendOnce({ link, log }: ResultDeps, result: JobResult): Promise<boolean> {
  const { nc } = link;
  const { jobId, requestId } = result;
  const body = encodeResult(result, nc.info?.max_payload ?? Number.POSITIVE_INFINITY);
  try {
    const answer = await nc.request(Subjects.result, body, { timeout: BRAIN_PATIENCE_MS });
    if (JobResultAck.safeParse(answer.json()).success) return true;
  } catch (err) {
    log.debug({ err, jobId, requestId }, 'no brain took the result');
  }
  try {
    await link.js.publish(Subjects.storedResult, body, {
      msgID: jobMessageId(result.jobId, result.attempt),
    });
    return true;
  } catch (err) {
    log.warn({ err, jobId, requestId }, 'result not stored yet');
    return false;
  }
}

export interface ResultReceiver {
  /** Commits a result; true when it is the one that counts. Throwing leaves it to be sent again. */
  readonly record: (result: JobResult) => Promise<boolean>;
  /** Notes progress for watchers. */
  readonly progress: (progress: JobProgress) => void;
  /** Another brain committed the result of this job. */
  readonly recorded: (jobId: string) => void;
}

/** Answers workers on the queue group of brains and reads what they stored while no brain was there. */
export function serveResults(deps: ResultDeps, receiver: ResultReceiver): Disposable {
  const { nc } = deps.link;
  const stopping = new AbortController();
  const subscriptions = [
    nc.subscribe(Subjects.result, {
      queue: BRAIN_QUEUE,
      callback: (err, message) => {
        if (err === null) void answerResult(deps, receiver, message);
      },
    }),
    nc.subscribe(Subjects.anyStatus, {
      queue: BRAIN_QUEUE,
      callback: (err, message) => {
        const progress = err === null ? JobProgress.safeParse(readJson(message)) : undefined;
        if (progress?.success === true) receiver.progress(progress.data);
      },
    }),
    nc.subscribe(Subjects.anyRecorded, {
      callback: (err, message) => {
        if (err === null) receiver.recorded(message.subject.slice(Subjects.recorded('').length));
      },
    }),
  ];
  void readStoredResults(deps, receiver, stopping.signal);
  return {
    [Symbol.dispose]() {
      stopping.abort();
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}

async function answerResult(
  { link, log }: ResultDeps,
  receiver: ResultReceiver,
  message: Msg,
): Promise<void> {
  const result = JobResult.safeParse(readJson(message));
  if (!result.success) {
    log.error({ subject: message.subject }, 'undecodable result ignored');
    return;
  }
  try {
    const recorded = await receiver.record(result.data);
    message.respond(JSON.stringify({ recorded } satisfies JobResultAck));
    if (recorded) link.nc.publish(Subjects.recorded(result.data.jobId));
  } catch (err) {
    // No answer makes the worker store the result in the stream.
    const { jobId, requestId } = result.data;
    log.error({ err, jobId, requestId }, 'result not recorded');
  }
}

async function readStoredResults(
  deps: ResultDeps,
  receiver: ResultReceiver,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    try {
      await readBatches(deps, receiver, stop);
    } catch (err) {
      deps.log.warn({ err }, 'stored results not reached');
      await deps.clock.sleep(RETRY_MS, stop).catch(() => undefined);
    }
  }
}

async function readBatches(
  { link, log }: ResultDeps,
  receiver: ResultReceiver,
  stop: AbortSignal,
): Promise<void> {
  const consumer = await link.js.consumers.get(Streams.results, BRAINS_CONSUMER);
  while (!stop.aborted) {
    const batch = await consumer.fetch({ max_messages: 50, expires: 5_000 });
    const onStop = (): void => void batch.close();
    stop.addEventListener('abort', onStop);
    try {
      for await (const message of batch) await recordStored({ link, log }, receiver, message);
    } finally {
      stop.removeEventListener('abort', onStop);
    }
  }
}

async function recordStored(
  { link, log }: Pick<ResultDeps, 'link' | 'log'>,
  receiver: ResultReceiver,
  message: JsMsg,
): Promise<void> {
  const result = JobResult.safeParse(readJson(message));
  if (!result.success) {
    log.error({ subject: message.subject }, 'undecodable result dropped');
    message.term('undecodable');
    return;
  }
  const recorded = await receiver.record(result.data);
  message.ack();
  if (recorded) link.nc.publish(Subjects.recorded(result.data.jobId));
}
